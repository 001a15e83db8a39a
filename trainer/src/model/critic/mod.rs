//! The critics: they score pairs of an embedding and a local feature, high where both come from one image.
//!
//! Every critic first encodes embeddings and cells apart, once each, and then scores all pairs.

mod concatenate;
mod dot_product;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

pub use concatenate::Concatenate;
pub use dot_product::{DotProduct, LastConv, Residual};

use super::EncoderOutput;
use crate::architecture::Architecture;
use crate::objective::{Critic, Encoded};
use crate::settings::{GlobalCriticKind, LocalCriticKind, Precision};

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
    /// Random weights for cells of `channels` numbers and embeddings of `units`. Dot products are over `width`
    /// numbers, and divided by its square root where `scaled`.
    pub fn new(
        kind: LocalCriticKind,
        [channels, units]: [usize; 2],
        width: usize,
        scaled: bool,
        device: &Device,
    ) -> Self {
        let residual = match kind {
            LocalCriticKind::ConcatAndConvolve => {
                return Self::Concatenate(Concatenate::new([channels, units], device));
            }
            LocalCriticKind::EncodeAndDot => Residual::AuthorsCode,
            LocalCriticKind::EncodeAndDotPaper => Residual::Paper,
        };
        Self::DotProduct(DotProduct::new(residual, [channels, units], width, scaled, device))
    }

    /// The same critic with its layers computed in `precision`; scores stay f32.
    pub fn with_precision(self, precision: Precision) -> Self {
        match self {
            Self::DotProduct(critic) => Self::DotProduct(critic.with_precision(precision)),
            Self::Concatenate(critic) => Self::Concatenate(critic.with_precision(precision)),
        }
    }

    /// # Shapes
    /// `feature_map` `[batch, channels, height, width]`, `embedding` `[globals * batch, units]`.
    pub fn encode(&self, feature_map: Tensor<4>, embedding: Tensor<2>) -> Encoded {
        let [batch, channels, height, width] = feature_map.dims();
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
            Self::DotProduct(_) => embeddings.matmul(cells.transpose()),
            Self::Concatenate(critic) => critic.score(embeddings, cells),
        }
    }
}

/// Scores embeddings with whole images, that is with one cell per image.
#[derive(Module, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, and burn has no boxed modules")]
pub enum GlobalCritic {
    /// Encode-and-dot.
    DotProduct(LastConv),
    /// Concat-MLP.
    Concatenate(Concatenate),
}

impl GlobalCritic {
    /// Random weights for the encoder `architecture`; `width` and `scaled` as for [`LocalCritic::new`].
    pub fn new(
        kind: GlobalCriticKind,
        architecture: &Architecture,
        width: usize,
        scaled: bool,
        device: &Device,
    ) -> Self {
        let shapes = architecture.shapes();
        let units = shapes[shapes.len() - 1][0];
        match kind {
            GlobalCriticKind::ConcatMlp => {
                let features = shapes[architecture.conv].iter().product();
                Self::Concatenate(Concatenate::new([features, units], device))
            }
            GlobalCriticKind::EncodeAndDot => Self::DotProduct(LastConv::new(architecture, width, scaled, device)),
        }
    }

    /// The same critic with its layers computed in `precision`; scores stay f32.
    pub fn with_precision(self, precision: Precision) -> Self {
        match self {
            Self::DotProduct(critic) => Self::DotProduct(critic.with_precision(precision)),
            Self::Concatenate(critic) => Self::Concatenate(critic.with_precision(precision)),
        }
    }

    /// # Shapes
    /// `features` of `batch` images, `embedding` `[globals * batch, units]`.
    pub fn encode(&self, features: &EncoderOutput, embedding: Tensor<2>) -> Encoded {
        let [batch, ..] = features.feature_map.dims();
        let (embeddings, cells) = match self {
            Self::DotProduct(critic) => critic.encode(embedding, features.feature_map.clone()),
            Self::Concatenate(critic) => critic.encode(embedding, features.conv.clone()),
        };
        Encoded { embeddings, cells, batch }
    }
}

impl Critic for GlobalCritic {
    fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2> {
        match self {
            Self::DotProduct(_) => embeddings.matmul(cells.transpose()),
            Self::Concatenate(critic) => critic.score(embeddings, cells),
        }
    }
}

#[cfg(test)]
mod tests;
