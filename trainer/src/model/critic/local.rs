//! Critics of the local objective.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Comparison, Concatenate, Critic, DotProduct, Encoded, FloatCritic, Residual};
use crate::fused::{narrow_images, product};
use crate::model::export::FloatFilter;
use crate::settings::{LocalCriticKind, Precision};

/// Scores embeddings with single cells of the local feature map.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, and burn has no boxed modules")]
pub enum LocalCritic {
    /// Of either kind of encode-and-dot.
    DotProduct(DotProduct),
    /// Concat-and-convolve; its convolutions are 1x1, so cells are rows.
    Concatenate(Concatenate),
}

impl LocalCritic {
    /// Random weights for cells of `channels` numbers and embeddings of `units`. Vectors of `width`
    /// numbers are compared.
    pub fn new(
        kind: LocalCriticKind,
        [channels, units]: [usize; 2],
        width: usize,
        comparison: Comparison,
        device: &Device,
    ) -> Self {
        let residual = match kind {
            LocalCriticKind::ConcatAndConvolve => {
                return Self::Concatenate(Concatenate::new([channels, units], device));
            }
            LocalCriticKind::EncodeAndDot => Residual::AuthorsCode,
            LocalCriticKind::EncodeAndDotPaper => Residual::Paper,
        };
        Self::DotProduct(DotProduct::new(residual, [channels, units], width, comparison, device))
    }

    /// The same critic with its layers computed in `precision`; scores stay f32.
    pub fn with_precision(self, precision: Precision) -> Self {
        match self {
            Self::DotProduct(critic) => Self::DotProduct(critic.with_precision(precision)),
            Self::Concatenate(critic) => Self::Concatenate(critic.with_precision(precision)),
        }
    }

    /// As plain numbers, behind the encoder's last layer; `None` of a critic that does not compare by dot products, or not by
    /// those of two linear shortcuts.
    pub fn export(&self, last: &FloatFilter) -> Option<FloatCritic> {
        match self {
            Self::DotProduct(critic) => critic.export(last),
            Self::Concatenate(_) => None,
        }
    }

    /// # Shapes
    /// `feature_map` `[batch, channels, height, width]`, `embedding` `[globals * batch, units]`.
    pub fn encode(&self, feature_map: Tensor<4>, embedding: Tensor<2>) -> Encoded {
        let [batch, channels, height, width] = feature_map.dims();
        // The encoder's next layer reads it too.
        let feature_map = narrow_images(feature_map, 0, batch);
        let cells = feature_map.permute([0, 2, 3, 1]).reshape([batch * height * width, channels]);
        let (embeddings, cells) = match self {
            Self::DotProduct(critic) => critic.encode(embedding, cells),
            Self::Concatenate(critic) => critic.encode(embedding, cells),
        };
        Encoded { embeddings, cells, batch }
    }
}

impl Critic for LocalCritic {
    fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2> {
        match self {
            Self::DotProduct(_) => product(embeddings, cells.transpose()),
            Self::Concatenate(critic) => critic.score(embeddings, cells),
        }
    }
}
