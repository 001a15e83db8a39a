//! What an image is judged by: maps of int8 codes.

use dim_model_format::TapKind;
use dim_runtime::Model;

use crate::data::Images;
use crate::representation::encode_all;

/// What an image is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// The encoder's local feature map, as on a device.
    Map,
    /// The encoder's embedding, as a map of one cell.
    Embedding,
    /// The pixels, each a cell.
    Pixels,
}

/// Maps of some images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maps {
    /// `[height, width, channels]` of each.
    pub shape: [usize; 3],
    /// `[images][height * width * channels]`
    pub codes: Vec<Vec<i8>>,
}

/// The maps of images.
///
/// # Errors
/// If the images do not have the model's shape, or it has no local feature map.
pub fn maps(model: &Model<'_>, images: &Images, feature: Feature) -> anyhow::Result<Maps> {
    let shape_of = |kind| model.tap(kind).map(|id| model.tensor(id).shape);
    let (shape, codes) = match feature {
        Feature::Map => {
            let shape = shape_of(TapKind::FeatureMap);
            let shape = shape.ok_or_else(|| anyhow::anyhow!("the encoder has no local feature map"))?;
            let map = |output: &dim_runtime::Output<'_, '_>| output.feature_map().map(|map| map.values.to_vec());
            (shape, encode_all(model, images, |output| map(output).unwrap_or_default())?)
        }
        Feature::Embedding => {
            let mut shape = shape_of(TapKind::Embedding).unwrap_or(dim_model_format::Shape::new(1, 1, 1));
            (shape.channels, shape.height, shape.width) = (u16::try_from(shape.elements()).unwrap_or(u16::MAX), 1, 1);
            (shape, encode_all(model, images, |output| output.embedding().values.to_vec())?)
        }
        Feature::Pixels => {
            let code = |pixel: &u8| (pixel ^ 0x80).cast_signed();
            let codes = (0..images.len()).map(|index| images.image(index).iter().map(code).collect());
            (images.shape, codes.collect())
        }
    };
    Ok(Maps { shape: [shape.height, shape.width, shape.channels].map(usize::from), codes })
}
