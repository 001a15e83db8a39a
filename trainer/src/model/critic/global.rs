//! Critics of the global objective.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::{Comparison, Concatenate, Critic, Encoded, LastConv};
use crate::architecture::Architecture;
use crate::fused::product;
use crate::model::EncoderOutput;
use crate::settings::{GlobalCriticKind, Precision};

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
    /// Random weights for the encoder `architecture`; `width` and `comparison` as for [`super::LocalCritic::new`].
    pub fn new(
        kind: GlobalCriticKind,
        architecture: &Architecture,
        width: usize,
        comparison: Comparison,
        device: &Device,
    ) -> Self {
        let shapes = architecture.shapes();
        let units = shapes[shapes.len() - 1][0];
        match kind {
            GlobalCriticKind::ConcatMlp => {
                let features = shapes[architecture.conv].iter().product();
                Self::Concatenate(Concatenate::new([features, units], device))
            }
            GlobalCriticKind::EncodeAndDot => Self::DotProduct(LastConv::new(architecture, width, comparison, device)),
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
            Self::Concatenate(critic) => critic.encode(embedding, features.conv.clone().flatten(1, 3)),
        };
        Encoded { embeddings, cells, batch }
    }
}

impl Critic for GlobalCritic {
    fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2> {
        match self {
            Self::DotProduct(_) => product(embeddings, cells.transpose()),
            Self::Concatenate(critic) => critic.score(embeddings, cells),
        }
    }
}
