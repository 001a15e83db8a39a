//! Embeddings of any encoder, whoever computed them, as rows of numbers.

use super::StoreError;
use crate::npy::{Header, is_readable, number};
use crate::representation::Features;

/// Reads the first array of a NumPy file, which is `[images, units]` of whole or real numbers; what `dim embed` writes is one,
/// and what `numpy.save` makes of another program's embeddings.
///
/// # Errors
/// [`StoreError::NotRows`].
pub fn features_from_npy(bytes: &[u8]) -> Result<Features, StoreError> {
    let not_rows = |found: String| StoreError::NotRows { found };
    let mut rest = bytes;
    let header = Header::read(&mut rest).map_err(|error| not_rows(error.to_string()))?;
    let Header { element, is_fortran_order, shape } = &header;
    let (&[images, units @ 1..=u64::MAX], false, true) = (shape.as_slice(), is_fortran_order, is_readable(*element))
    else {
        return Err(not_rows(header.to_string()));
    };
    let length = images.checked_mul(units).and_then(|count| count.checked_mul(element.bytes as u64));
    let array = length.and_then(|length| rest.get(..usize::try_from(length).ok()?));
    let array = array.ok_or_else(|| not_rows(format!("{header}, cut short")))?;
    let values: Vec<f32> = array.chunks_exact(element.bytes).map(|bytes| number(bytes, *element) as f32).collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(not_rows(format!("{header}, with {} in row {}", values[index], index / units as usize))),
        None => Ok(Features { width: units as usize, values }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::{Element, Kind};

    fn file(element: Element, shape: &[u64], array: &[u8]) -> Vec<u8> {
        [&Header::of(element, shape).to_bytes(), array].concat()
    }

    #[test]
    fn rows_of_whole_and_of_real_numbers() {
        let whole = features_from_npy(&file(Element::I8, &[2, 3], &[1, 2, 3, 255, 254, 253])).unwrap();
        assert_eq!(whole, Features { width: 3, values: vec![1.0, 2.0, 3.0, -1.0, -2.0, -3.0] });
        // What stands behind the array is not read: `dim embed` puts an identity there.
        let real = [1.5_f32, -2.0].map(f32::to_le_bytes).concat();
        let stamped = [file(Element::F32, &[2, 1], &real), b"more".to_vec()].concat();
        assert_eq!(features_from_npy(&stamped).unwrap(), Features { width: 1, values: vec![1.5, -2.0] });
        let half = Element { kind: Kind::Float, bytes: 2, is_big_endian: false };
        let half = features_from_npy(&file(half, &[1, 1], &[0x00, 0xbe])).unwrap();
        assert_eq!(half.values, [-1.5]);
    }

    #[test]
    fn what_holds_no_rows_is_refused_in_words() {
        let nan = f32::NAN.to_le_bytes();
        let complex = Element { kind: Kind::Complex, bytes: 8, is_big_endian: false };
        for (bytes, expected) in [
            (b"PK".to_vec(), "failed to fill whole buffer"),
            (file(Element::I8, &[6], &[0; 6]), "'|i1' of [6]"),
            (file(Element::I8, &[3, 0], &[]), "'|i1' of [3, 0]"),
            (file(complex, &[1, 1], &[0; 8]), "'<c8' of [1, 1]"),
            (file(Element::I8, &[2, 3], &[0; 5]), "'|i1' of [2, 3], cut short"),
            (file(Element::F32, &[u64::MAX, 2], &[]), "cut short"),
            (file(Element::F32, &[2, 1], &[[0; 4], nan].concat()), "with NaN in row 1"),
        ] {
            let error = features_from_npy(&bytes).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("[images, units]"), "{error}");
        }
    }
}
