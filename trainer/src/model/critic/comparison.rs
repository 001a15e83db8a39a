//! What an encode-and-dot critic makes of two vectors.

use burn::tensor::Tensor;

use crate::objective::normalized;
use crate::settings::TrainConfig;

/// The score of two vectors of `width` numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Comparison {
    /// Their dot product: the paper.
    Dot,
    /// Their dot product, divided by the square root of the width.
    ScaledDot,
    /// Their cosine, divided by the temperature.
    Cosine {
        /// Above 0.
        temperature: f64,
    },
}

impl Comparison {
    /// As settings say.
    pub fn of(settings: &TrainConfig) -> Self {
        match settings {
            settings if settings.temperature > 0.0 => Self::Cosine { temperature: settings.temperature },
            settings if settings.scaled_scores => Self::ScaledDot,
            _ => Self::Dot,
        }
    }

    /// Vectors whose dot products are the scores.
    ///
    /// # Shapes
    /// `embeddings` `[m, width]`, `cells` `[n, width]`, and the results too.
    pub(super) fn prepare(self, embeddings: Tensor<2>, cells: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let [_, width] = embeddings.dims();
        match self {
            Self::Dot => (embeddings, cells),
            Self::ScaledDot => (embeddings * (width as f64).sqrt().recip(), cells),
            Self::Cosine { temperature } => (normalized(embeddings) * temperature.recip(), normalized(cells)),
        }
    }
}
