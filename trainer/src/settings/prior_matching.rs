//! The game that makes embeddings look like the prior.

use serde::{Deserialize, Serialize};

/// How embeddings are made to look like samples of the prior.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PriorMatching {
    /// By a discriminator: the paper.
    #[default]
    Adversarial,
    /// By noise on a bounded embedding before it is scored, without a discriminator (Butakov et al. 2024).
    Noise,
}

/// When the discriminator learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PriorUpdates {
    /// Both move along the losses of the same state.
    #[default]
    Simultaneous,
    /// The discriminator moves first, and the encoder along the loss against the moved one.
    Alternating,
}
