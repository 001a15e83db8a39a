//! What is maximized of the scores that a critic gives.

use serde::{Deserialize, Serialize};

/// What is maximized of the scores `T` of positive and negative pairs (Hjelm et al. 2019, section 3.1).
///
/// `sp(x) = ln(1 + e^x)`; `E_p` and `E_n` are means over all positives and over all negatives. All but
/// [`Self::Dv`] and [`Self::InfoNce`] are f-GAN's `E_p[g(T)] - E_n[f*(g(T))]` for one divergence (Nowozin et al.
/// 2016, table 6), and bound it from below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Estimator {
    /// Jensen-Shannon: `E_p[ln 2 - sp(-T)] - E_n[sp(T) - ln 2]` (equation 4, shifted by `2 ln 2`).
    #[default]
    Jsd,
    /// Donsker-Varadhan: `E_p[T] - ln E_n[e^T]`, one logarithm for the batch (equation 2).
    Dv,
    /// infoNCE: `E_p[T - ln(e^T + sum_n e^(T_n))]` over the negatives of the positive's embedding (equation 5).
    InfoNce,
    /// Binary cross-entropy: `E_p[-sp(-T)] - E_n[sp(T)]`.
    Gan,
    /// Kullback-Leibler: `E_p[T] - E_n[e^(T - 1)]`, also called NWJ.
    Kl,
    /// Kullback-Leibler of the product from the joint: `E_p[-e^(-T)] - E_n[T - 1]`.
    Rkl,
    /// Squared Hellinger: `E_p[1 - e^(-T)] - E_n[e^T - 1]`.
    H2,
    /// Pearson's chi squared: `E_p[T] - E_n[T^2 / 4 + T]`.
    X2,
    /// Wasserstein: `E_p[T] - E_n[T]`. Means something only for a critic whose slope is bounded, which none here
    /// is: without weight decay or a `score_clip` it grows without end.
    W1,
}

impl Estimator {
    /// Every variant, for tests that none may fail.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 9] =
        [Self::Jsd, Self::Dv, Self::InfoNce, Self::Gan, Self::Kl, Self::Rkl, Self::H2, Self::X2, Self::W1];

    /// Name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jsd => "jsd",
            Self::Dv => "dv",
            Self::InfoNce => "infonce",
            Self::Gan => "gan",
            Self::Kl => "kl",
            Self::Rkl => "rkl",
            Self::H2 => "h2",
            Self::X2 => "x2",
            Self::W1 => "w1",
        }
    }

    /// In what the estimate is measured: nats where it is of a mean logarithm; the others are numbers without a unit.
    pub fn unit(self) -> Option<&'static str> {
        match self {
            Self::Jsd | Self::Dv | Self::InfoNce | Self::Gan | Self::Kl | Self::Rkl => Some("nats"),
            Self::H2 | Self::X2 | Self::W1 => None,
        }
    }
}
