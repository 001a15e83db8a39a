//! Writes the images and their expected outputs for the firmware; the bytes are specified in
//! `firmware-example/src/cases.rs`, which reads them.

use anyhow::{Context, bail, ensure};
use dim_model_format::Model;

use super::Outputs;
use crate::data::Images;

const MAGIC: &[u8; 8] = b"DIMCASES";
const VERSION: u16 = 1;
/// External flash of the firmware, on every board, for the encoder and the cases.
const EXTERNAL_BYTES: usize = 16 << 20;
/// What the head of the file and alignment take of it.
const HEAD_BYTES: usize = 64;

/// The file of cases of `model`: each image with what is expected of it.
///
/// # Errors
/// If the images do not all have expected outputs of one length, or do not fit into the firmware's flash beside the encoder.
pub fn write_cases(model: &Model<'_>, images: &Images, expected: &[Outputs]) -> anyhow::Result<Vec<u8>> {
    ensure!(images.len() == expected.len(), "{} images have {} outputs", images.len(), expected.len());
    let first = expected.first().context("there are no images to compare")?;
    let lengths = [images.image_len(), first.embedding.len(), first.feature_map.len()];
    let case_bytes: usize = lengths.iter().sum();
    let room = EXTERNAL_BYTES.saturating_sub(model.file_bytes() + HEAD_BYTES);
    let most = (room / case_bytes).min(usize::from(u16::MAX));
    let count = u16::try_from(images.len()).ok().filter(|_| images.len() <= most);
    let Some(count) = count else {
        bail!("the firmware holds {most} cases of this encoder, not {}: ask for fewer", images.len());
    };

    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    file.extend(count.to_le_bytes());
    for length in lengths {
        file.extend(u32::try_from(length)?.to_le_bytes());
    }
    file.extend(model.identity().0);
    for (index, outputs) in expected.iter().enumerate() {
        ensure!(
            [outputs.embedding.len(), outputs.feature_map.len()] == lengths[1..],
            "the outputs of case {index} have another length than those of case 0"
        );
        file.extend(images.image(index));
        file.extend(outputs.embedding.iter().chain(&outputs.feature_map).map(|value| value.cast_unsigned()));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use dim_model_format::{About, Clamp, Filter, ModelBuilder, Quantization, Shape, TapKind};

    use super::*;

    fn file() -> Vec<u8> {
        let mut builder = ModelBuilder::new(About::named("cases"), Shape::new(1, 1, 3));
        let filter = Filter { weights: vec![1; 6], bias: vec![0; 2], multiplier: vec![1 << 30; 2], shift: vec![0; 2] };
        let quantization = Quantization { scale: 1.0, zero_point: 0 };
        let y = builder.fully_connected(builder.input(), Clamp::NONE, &filter, quantization);
        builder.tap(TapKind::Embedding, y);
        builder.finish().unwrap()
    }

    fn images(count: u8) -> Images {
        Images { shape: Shape::new(1, 1, 3), pixels: (0..3 * count).collect(), labels: None }
    }

    #[test]
    fn the_bytes_are_as_specified() {
        let file = file();
        let model = Model::parse(&file).unwrap();
        let expected = [
            Outputs { embedding: vec![-1, 2], feature_map: vec![-128] },
            Outputs { embedding: vec![0, 127], feature_map: vec![7] },
        ];
        let bytes = write_cases(&model, &images(2), &expected).unwrap();
        let (head, rest) = bytes.split_at(24);
        assert_eq!(head, b"DIMCASES\x01\0\x02\0\x03\0\0\0\x02\0\0\0\x01\0\0\0");
        let (identity, records) = rest.split_at(16);
        assert_eq!(identity, model.identity().0);
        assert_eq!(records, [0, 1, 2, 255, 2, 128, 3, 4, 5, 0, 127, 7]);
    }

    #[test]
    fn too_many_cases_and_uneven_ones_are_refused() {
        let file = file();
        let model = Model::parse(&file).unwrap();
        let long = vec![Outputs { embedding: vec![0; EXTERNAL_BYTES / 2], feature_map: vec![] }; 3];
        let error = write_cases(&model, &images(3), &long).unwrap_err();
        assert_eq!(error.to_string(), "the firmware holds 1 cases of this encoder, not 3: ask for fewer");
        let uneven = [1, 2].map(|len| Outputs { embedding: vec![0; len], feature_map: vec![] });
        let error = write_cases(&model, &images(2), &uneven).unwrap_err();
        assert_eq!(error.to_string(), "the outputs of case 1 have another length than those of case 0");
    }
}
