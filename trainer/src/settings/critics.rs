//! Which critics compare embeddings with what they are of.

use serde::{Deserialize, Serialize};

/// Critics of the local objective (Hjelm et al. 2019, section 3.2 and appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocalCriticKind {
    /// Dot product of two encoded vectors; the blocks of the authors' code.
    #[default]
    EncodeAndDot,
    /// Dot product of two encoded vectors; the blocks of the paper's tables.
    EncodeAndDotPaper,
    /// A network on the concatenation of both.
    ConcatAndConvolve,
}

/// Critics of the global objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GlobalCriticKind {
    /// A network on the concatenation of last convolution and embedding: the paper.
    #[default]
    ConcatMlp,
    /// Dot product of two encoded vectors: the authors' code.
    EncodeAndDot,
}
