//! Files of safetensors: a header in JSON that names tensors, and their elements behind it.
//!
//! The header keeps no order, so tensors come in that of their names, with numbers in them by their value: `layer.2` before
//! `layer.10`. Where the encoder was not built in that order, `--map` says which layer is which.

use safetensors::SafeTensors;

use super::TorchError;
use super::tensor::Tensor;

/// Bytes of the header's length, before the header.
const LENGTH_BYTES: usize = 8;

/// Whether the file begins with the length of a header, and the header with a brace.
pub(super) fn is_one(file: &[u8]) -> bool {
    let length = file.first_chunk::<LENGTH_BYTES>().map(|length| u64::from_le_bytes(*length));
    file.get(LENGTH_BYTES) == Some(&b'{') && length.is_some_and(|length| length <= (file.len() - LENGTH_BYTES) as u64)
}

/// All tensors, by name.
pub(super) fn read(file: &[u8]) -> Result<Vec<Tensor<'_>>, TorchError> {
    let damaged = |error: safetensors::SafeTensorError| TorchError::Damaged(error.to_string().replace('\n', " "));
    let container = SafeTensors::deserialize(file).map_err(damaged)?;
    let mut tensors: Vec<Tensor<'_>> = container
        .iter()
        .map(|(name, view)| Tensor {
            name: name.to_owned(),
            strides: strides(view.shape()),
            shape: view.shape().to_vec(),
            element: view.dtype().to_string(),
            bytes: view.data(),
        })
        .collect();
    tensors.sort_by_key(|tensor| natural(&tensor.name));
    if tensors.is_empty() { Err(TorchError::Empty) } else { Ok(tensors) }
}

/// Elements to go on by for one of each extent, where the last one is innermost.
fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides: Vec<usize> = shape
        .iter()
        .rev()
        .scan(1_usize, |stride, extent| {
            let here = *stride;
            *stride = stride.saturating_mul(*extent);
            Some(here)
        })
        .collect();
    strides.reverse();
    strides
}

/// The parts of a name between dots, numbers by their value and before words.
fn natural(name: &str) -> Vec<(u64, String)> {
    let part = |part: &str| match part.parse() {
        Ok(number) => (number, String::new()),
        Err(_) => (u64::MAX, numbered(part)),
    };
    name.split('.').map(part).collect()
}

/// A word whose last digits count: `conv10` after `conv2`.
fn numbered(word: &str) -> String {
    let start = word.trim_end_matches(|character: char| character.is_ascii_digit());
    let digits = &word[start.len()..];
    format!("{start}{:0>20}", if digits.is_empty() { "0" } else { digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of these tensors, each with its name, type and extents.
    fn file(tensors: &[(&str, &str, &[usize], &[u8])]) -> Vec<u8> {
        let (mut header, mut data) = (Vec::new(), Vec::new());
        for (name, element, shape, bytes) in tensors {
            let offsets = [data.len(), data.len() + bytes.len()];
            header.push(format!(r#""{name}":{{"dtype":"{element}","shape":{shape:?},"data_offsets":{offsets:?}}}"#));
            data.extend_from_slice(bytes);
        }
        let header = format!("{{{}}}", header.join(","));
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()
    }

    fn floats(numbers: &[f32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn tensors_come_by_their_names_and_numbers() {
        let one = floats(&[1.0]);
        let names = ["layer.10.weight", "layer.2.weight", "conv10", "conv2", "fc.bias"];
        let file = file(&names.map(|name| (name, "F32", &[1][..], &one[..])));
        let read = super::super::read(&file).unwrap();
        let found: Vec<&str> = read.iter().map(|tensor| tensor.name.as_str()).collect();
        assert_eq!(found, ["conv2", "conv10", "fc.bias", "layer.2.weight", "layer.10.weight"]);
    }

    #[test]
    fn elements_of_every_precision() {
        let file = file(&[
            ("a", "F32", &[2, 3], &floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])),
            ("b", "F16", &[2], &[0x00, 0x3c, 0x00, 0xc0]),
            ("c", "BF16", &[1], &[0x20, 0xc0]),
            ("d", "I64", &[1], &[0; 8]),
        ]);
        let read = super::super::read(&file).unwrap();
        assert_eq!(
            (read[0].shape.as_slice(), read[0].values().unwrap()),
            (&[2, 3][..], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        );
        assert_eq!([read[1].values().unwrap(), read[2].values().unwrap()].concat(), [1.0, -2.0, -2.5]);
        assert!(matches!(read[3].values(), Err(TorchError::Element { element, .. }) if element == "I64"));
    }

    #[test]
    fn damage_is_told() {
        let whole = file(&[("a", "F32", &[2], &floats(&[1.0, 2.0]))]);
        for length in 0..whole.len() {
            assert!(super::super::read(&whole[..length]).is_err(), "{length}");
        }
        assert!(matches!(super::super::read(&file(&[("a", "F32", &[3], &[0; 8])])), Err(TorchError::Damaged(_))));
        assert!(matches!(super::super::read(&file(&[])), Err(TorchError::Empty)));
    }
}
