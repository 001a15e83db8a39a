//! Estimators of the mutual information of embeddings and local features.

use std::f64::consts::LN_2;

use burn::tensor::Tensor;
use burn::tensor::activation::{log_sigmoid, relu, sigmoid};

use super::{Pairs, Scores};
use crate::device::is_cpu;
use crate::fused::with_slope;
use crate::settings::Estimator;

impl Estimator {
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

/// `ln(1 + e^x)`. On a GPU its slope, the sigmoid, is given: burn's differentiation of it is a dozen kernels.
fn softplus(x: Tensor<2>) -> Tensor<2> {
    if is_cpu(&x.device()) { -log_sigmoid(-x) } else { softplus_with_slope(x) }
}

fn softplus_with_slope(x: Tensor<2>) -> Tensor<2> {
    let at = x.clone().inner();
    with_slope(x, softplus_value(at.clone()), sigmoid(at))
}

/// The mean of `ln(1 + e^x)`, `[1]`.
pub(super) fn mean_softplus(x: Tensor<2>) -> Tensor<1> {
    if is_cpu(&x.device()) { softplus(x).mean() } else { mean_softplus_with_slope(x) }
}

fn mean_softplus_with_slope(x: Tensor<2>) -> Tensor<1> {
    let at = x.clone().inner();
    let count = at.shape().num_elements();
    let slope = sigmoid(at.clone()) / count as f64;
    // Of one axis a mean is one kernel.
    let mean = softplus_value(at).reshape([1, count]).mean_dim(1);
    with_slope(x, mean, slope).reshape([1])
}

/// `ln(1 + e^x)` of what nothing is differentiated by.
pub(super) fn softplus_value<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    relu(x.clone()) + (-x.abs()).exp().log1p()
}

/// `value`, with the gradient of `sum`: where that is a sum of products of variables and their gradients, with these.
pub(super) fn with_gradient_of(sum: Tensor<1>, value: Tensor<1>) -> Tensor<1> {
    sum.clone() - sum.detach() + value
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
