//! Estimators of the mutual information of embeddings and local features.

use std::f64::consts::LN_2;

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;
use serde::{Deserialize, Serialize};

use super::{Pairs, Scores};

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

    /// What encoder and critic minimize, `[1]`: minus the formula of the variant.
    pub fn loss(self, scores: &Scores) -> Tensor<1> {
        match self {
            Self::Dv => {
                let pairs = scores.pairs();
                let log_mean = log_sum_exp(scores.negatives.clone()) - (pairs.negatives as f64).ln();
                log_mean - scores.positives.clone().mean()
            }
            _ => self.share(scores, scores.pairs(), None),
        }
    }

    /// What some embeddings contribute to the loss over all `pairs`; the shares add up to the loss.
    ///
    /// Donsker-Varadhan's logarithm is not a sum over embeddings. Its share takes the [`log_sum_exp`] of all
    /// negatives as a constant, has the right gradient, and adds up to the loss less `log_normalizer - ln
    /// pairs.negatives - 1`.
    pub(super) fn share(self, scores: &Scores, pairs: Pairs, log_normalizer: Option<&Tensor<1>>) -> Tensor<1> {
        let [positives, negatives] = [pairs.positives, pairs.negatives].map(|count| count as f64);
        let Scores { positives: positive, negatives: negative } = scores.clone();
        match (self, log_normalizer) {
            (Self::InfoNce, _) => {
                // -ln softmax = ln(1 + e^(ln sum_n e^(T_n) - T)), the sum shared by the positives of an embedding.
                let others = log_sum_exp_of_rows(negative);
                softplus(others - positive).sum() / positives
            }
            (Self::Dv, Some(all)) => (negative - all.clone().unsqueeze()).exp().sum() - positive.sum() / positives,
            _ => self.of_negative(negative).sum() / negatives - self.of_positive(positive).sum() / positives,
        }
    }

    /// Applied to each positive score before the mean.
    fn of_positive(self, score: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Jsd => -softplus(-score) + LN_2,
            Self::Gan => -softplus(-score),
            Self::Rkl => -(-score).exp(),
            Self::H2 => -(-score).exp() + 1.0,
            Self::Kl | Self::X2 | Self::W1 | Self::Dv | Self::InfoNce => score,
        }
    }

    /// Applied to each negative score before the mean.
    fn of_negative(self, score: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Jsd => softplus(score) - LN_2,
            Self::Gan => softplus(score),
            Self::Kl => (score - 1.0).exp(),
            Self::Rkl => score - 1.0,
            Self::H2 => score.exp() - 1.0,
            Self::X2 => score.clone().square() / 4.0 + score,
            Self::W1 | Self::Dv | Self::InfoNce => score,
        }
    }

    /// What the loss lacks of minus the estimate, which is 0 for a critic that knows nothing: `ln(1 + (batch -
    /// 1) * cells)` for infoNCE, `2 ln 2` for cross-entropy.
    pub fn offset(self, batch: usize, cells: usize) -> f64 {
        match self {
            Self::InfoNce => candidates(batch, cells).ln(),
            Self::Gan => 2.0 * LN_2,
            _ => 0.0,
        }
    }

    /// What the estimate cannot exceed, whatever there is to know. `None` where nothing but the data bounds it.
    pub fn ceiling(self, batch: usize, cells: usize) -> Option<f64> {
        match self {
            Self::Jsd | Self::Gan => Some(2.0 * LN_2),
            Self::InfoNce => Some(candidates(batch, cells).ln()),
            Self::H2 => Some(2.0),
            Self::Dv | Self::Kl | Self::Rkl | Self::X2 | Self::W1 => None,
        }
    }
}

/// A positive and all cells of the other images.
fn candidates(batch: usize, cells: usize) -> f64 {
    (1 + (batch - 1) * cells) as f64
}

/// `ln(1 + e^x)` without overflow, in one pass forward and one back.
pub(super) fn softplus<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    -log_sigmoid(-x)
}

/// `ln(sum of e^x)`, `[1]`.
pub(super) fn log_sum_exp(x: Tensor<2>) -> Tensor<1> {
    let max = x.clone().detach().max();
    (x - max.clone().unsqueeze()).exp().sum().log() + max
}

/// `ln(sum of e^x)` of each row, `[rows, 1]`.
fn log_sum_exp_of_rows(x: Tensor<2>) -> Tensor<2> {
    let max = x.clone().detach().max_dim(1);
    (x - max.clone()).exp().sum_dim(1).log() + max
}

#[cfg(test)]
mod tests;
