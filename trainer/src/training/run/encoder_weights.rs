//! Which of the weights of a run its encoder has.

use serde::Serialize;

/// The weights of an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EncoderWeights {
    /// Those that make embeddings white, of runs with `whitening` that have ended.
    Whitened,
    /// Their average over the steps, of runs with `weight_average`.
    Average,
    /// Those after the last step.
    Last,
}

impl EncoderWeights {
    /// In messages and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whitened => "whitened",
            Self::Average => "averaged",
            Self::Last => "last",
        }
    }
}
