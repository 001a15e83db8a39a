//! The game that makes embeddings look like the prior.

use serde::{Deserialize, Serialize};

/// How embeddings are made to look like samples of the prior.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PriorMatching {
    /// By a discriminator: the paper.
    #[default]
    Adversarial,
    /// By the moments of a standard Gaussian: a deviation of 1 for every unit, no covariance between units (Bardes et
    /// al. 2022, the variance and covariance of VICReg).
    Moments,
    /// By comparing the characteristic function of random projections with a standard Gaussian's (Balestriero and LeCun
    /// 2025, SIGReg).
    Sketch,
    /// By noise on a bounded embedding before it is scored, without a discriminator (Butakov et al. 2024).
    Noise,
}

impl PriorMatching {
    /// Name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Adversarial => "adversarial",
            Self::Moments => "moments",
            Self::Sketch => "sketch",
            Self::Noise => "noise",
        }
    }
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
