//! What an image is judged by: maps of int8 codes.

use dim_device::novelty::{Judge, Seen};
use dim_model_format::TapKind;
use dim_runtime::Model;

use crate::data::Images;
use crate::representation::encode_all;

/// What an image is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// The encoder's local feature map, as on a device whose encoder has no critic.
    Map,
    /// What the encoder's critic makes of the cells and of the embedding, as on a device whose encoder has one.
    Critic,
    /// The encoder's embedding, as a map of one cell.
    Embedding,
    /// The pixels, each a cell.
    Pixels,
}

impl Feature {
    /// What a device judges by.
    pub fn of(model: &Model<'_>) -> Self {
        match Judge::of(model) {
            Judge::Statistic => Self::Map,
            Judge::Critic => Self::Critic,
        }
    }
}

/// Maps of some images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maps {
    /// `[height, width, channels]` of each.
    pub shape: [usize; 3],
    /// `[images][height * width * channels]`
    pub codes: Vec<Vec<i8>>,
    /// What a critic makes of the embeddings, `[images][channels]`; none where no critic judges.
    pub embeddings: Option<Vec<Vec<i8>>>,
}

impl Maps {
    /// As the judge sees an image.
    pub fn seen(&self, image: usize) -> Seen<'_> {
        let cells = self.codes[image].as_slice();
        match &self.embeddings {
            Some(embeddings) => Seen::Critic { cells, embedding: &embeddings[image] },
            None => Seen::Map { cells, channels: self.shape[2] },
        }
    }
}

/// The maps of images.
///
/// # Errors
/// If the images do not have the model's shape, or it has no local feature map or no critic.
pub fn maps(model: &Model<'_>, images: &Images, feature: Feature) -> anyhow::Result<Maps> {
    let shape_of = |kind| model.tap(kind).map(|id| model.tensor(id).shape);
    let mut embeddings = None;
    let (shape, codes) = match feature {
        Feature::Map => {
            let shape = shape_of(TapKind::FeatureMap);
            let shape = shape.ok_or_else(|| anyhow::anyhow!("the encoder has no local feature map"))?;
            let map = |output: &dim_runtime::Output<'_, '_>| output.feature_map().map(|map| map.values.to_vec());
            (shape, encode_all(model, images, |output| map(output).unwrap_or_default())?)
        }
        Feature::Critic => {
            let shape = shape_of(TapKind::CriticMap);
            let shape = shape.ok_or_else(|| {
                anyhow::anyhow!(
                    "the encoder has no critic; add the one that it learned with by `dim quantize --critic`"
                )
            })?;
            let kinds = [TapKind::CriticMap, TapKind::CriticEmbedding];
            let both = |output: &dim_runtime::Output<'_, '_>| {
                kinds.map(|kind| output.tap(kind).map_or_else(Vec::new, |tap| tap.values.to_vec())).into()
            };
            let (codes, of_embeddings) = encode_all(model, images, both)?.into_iter().unzip();
            embeddings = Some(of_embeddings);
            (shape, codes)
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
    Ok(Maps { shape: [shape.height, shape.width, shape.channels].map(usize::from), codes, embeddings })
}
