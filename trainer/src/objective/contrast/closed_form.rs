//! The Jensen-Shannon and the infoNCE estimator with their gradients in closed form, for GPUs: a dozen large kernels in the
//! place of a hundred, which is what taking scores apart and burn's differentiation would launch.

use burn::tensor::activation::sigmoid;
use burn::tensor::{Bool, Device, Tensor, TensorData};
use std::f64::consts::LN_2;

use crate::fused::with_slope;
use crate::objective::estimator::softplus_value;
use crate::settings::Estimator;

/// The estimator's loss, `[1]`, or `None` where there is no closed form of it here. A score takes no part where it is
/// masked, whatever it is.
///
/// # Shapes
/// `scores` `[sets * batch, batch * cells]`; row `s * batch + i` has the scores of an embedding of image i, and cell l of
/// image j is in column `j * cells + l`.
pub(super) fn closed_form(estimator: Estimator, scores: &Tensor<2>, batch: usize) -> Option<Tensor<1>> {
    let of = match estimator {
        Estimator::Jsd => jensen_shannon,
        Estimator::InfoNce => info_nce,
        _ => return None,
    };
    let matrix = Matrix::new(scores.clone().inner(), batch);
    let (loss, gradient) = of(&matrix);
    let [rows, columns] = scores.dims();
    Some(with_slope(scores.clone(), loss.unsqueeze(), gradient.reshape([rows, columns])).reshape([1]))
}

/// Scores by `[set, image of the embedding, image of the cell, cell]`, and where the two images are one.
struct Matrix {
    scores: Tensor<4>,
    own: Tensor<4, Bool>,
    /// Counts of each kind.
    positives: f64,
    negatives: f64,
}

impl Matrix {
    fn new(scores: Tensor<2>, batch: usize) -> Self {
        let [rows, columns] = scores.dims();
        let shape = [rows / batch, batch, batch, columns / batch];
        let own = own(batch, &scores.device()).expand(shape);
        let positives = (rows * columns / batch) as f64;
        Self { scores: scores.reshape(shape), own, positives, negatives: positives * (batch - 1) as f64 }
    }

    /// Scores of embeddings with cells of their own images, `[set, image, 1, cell]`.
    fn own_scores(&self) -> Tensor<4> {
        self.scores.clone().mask_fill(self.own.clone().bool_not(), 0.0).sum_dim(2)
    }
}

/// A small identity, which broadcasts.
fn own(batch: usize, device: &Device) -> Tensor<4, Bool> {
    let mut own = vec![false; batch * batch];
    own.iter_mut().step_by(batch + 1).for_each(|own| *own = true);
    Tensor::from_data(TensorData::new(own, [1, batch, batch, 1]), device)
}

/// With `sp(s) = ln(1 + e^s)`: the mean over negatives of `sp(s)`, and over positives of `sp(-s) = sp(s) - s`, less `2 ln 2`
/// (Nowozin et al. 2016). The derivative of `sp` is the sigmoid.
fn jensen_shannon(matrix: &Matrix) -> (Tensor<1>, Tensor<4>) {
    let Matrix { scores, own, positives, negatives } = matrix;
    let own = own.clone().float();
    let weight = own.clone() * (positives.recip() - negatives.recip()) + negatives.recip();
    let own = own * positives.recip();
    let terms = softplus_value(scores.clone()) * weight.clone() - scores.clone() * own.clone();
    (terms.sum() - 2.0 * LN_2, sigmoid(scores.clone()) * weight - own)
}

/// The mean over positives p of `sp(o - p)`, where `o` is the logarithm of the sum of `e^n` over the negatives n of p's
/// embedding. So p's derivative is `-sigmoid(o - p)`, and n's is the sum of `sigmoid(o - p)` times n's share of `e^o`.
fn info_nce(matrix: &Matrix) -> (Tensor<1>, Tensor<4>) {
    let Matrix { scores, own, positives, .. } = matrix;
    let [sets, batch, _, cells] = scores.dims();
    let negatives: Tensor<2> =
        scores.clone().mask_fill(own.clone(), f32::NEG_INFINITY).reshape([sets * batch, batch * cells]);
    let largest = negatives.clone().max_dim(1);
    let others = (negatives - largest.clone()).exp().sum_dim(1).log() + largest;
    let others: Tensor<4> = others.reshape([sets, batch, 1, 1]);
    let over = others.clone() - matrix.own_scores();
    let loss = softplus_value(over.clone()).mean();
    let at_positives = sigmoid(over) / *positives;
    let all = at_positives.clone().sum_dim(3);
    let at_negatives = (scores.clone() - others).exp() * all;
    (loss, at_negatives.mask_where(own.clone(), -at_positives.expand(scores.dims())))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;
    use crate::model::seed_alone;
    use crate::objective::Scores;

    const SETS: usize = 2;
    const BATCH: usize = 5;
    const CELLS: usize = 3;

    /// Loss and gradient by burn's differentiation of scores taken apart, and in closed form.
    fn both(estimator: Estimator, scores: &Tensor<2>) -> [(f32, Vec<f32>); 2] {
        let apart = |scores: Tensor<2>| {
            let set = |set| Scores::split(scores.clone().narrow(0, set * BATCH, BATCH), 0, CELLS);
            estimator.loss(&Scores::stack((0..SETS).map(set).collect()))
        };
        let closed = |scores: Tensor<2>| closed_form(estimator, &scores, BATCH).unwrap();
        let of = |loss: &dyn Fn(Tensor<2>) -> Tensor<1>| {
            let leaf = Tensor::from_data(scores.to_data(), &Device::flex().autodiff()).require_grad();
            // As a term of a larger loss.
            let loss = loss(leaf.clone());
            let mut gradients = (loss.clone() * 3.0).backward();
            (loss.into_scalar::<f32>(), leaf.grad_remove(&mut gradients).unwrap().try_to_vec_as::<f32>().unwrap())
        };
        [of(&apart), of(&closed)]
    }

    fn random() -> Tensor<2> {
        Tensor::random([SETS * BATCH, BATCH * CELLS], Distribution::Normal(0.0, 2.0), &Device::flex())
    }

    #[test]
    fn loss_and_gradient_are_those_of_scores_taken_apart() {
        let _alone = seed_alone(&Device::flex(), 0);
        for estimator in [Estimator::InfoNce, Estimator::Jsd] {
            let [(expected, gradients), (found, found_gradients)] = both(estimator, &random());
            assert!((expected - found).abs() < 1e-5 * expected.abs().max(1.0), "{estimator:?}: {expected} {found}");
            for (a, b) in gradients.iter().zip(&found_gradients) {
                assert!((a - b).abs() < 1e-6, "{estimator:?}: {a} {b}");
            }
        }
    }

    #[test]
    fn positives_of_any_size_leave_the_negatives_alone() {
        let _alone = seed_alone(&Device::flex(), 1);
        let own: Tensor<2, Bool> =
            own(BATCH, &Device::flex()).expand([SETS, BATCH, BATCH, CELLS]).reshape([SETS * BATCH, BATCH * CELLS]);
        for (estimator, positive) in
            [(Estimator::InfoNce, 300.0), (Estimator::InfoNce, -300.0), (Estimator::Jsd, 300.0)]
        {
            let [(expected, gradients), (found, found_gradients)] =
                both(estimator, &random().mask_fill(own.clone(), positive));
            assert!((expected - found).abs() <= 1e-5 * expected.abs(), "{estimator:?}, {positive}: {expected} {found}");
            let same = gradients.iter().zip(&found_gradients).all(|(a, b)| (a - b).abs() < 1e-6);
            assert!(same, "{estimator:?}, {positive}");
        }
    }

    #[test]
    fn others_have_none() {
        let without = |estimator: &Estimator| closed_form(*estimator, &random(), BATCH).is_none();
        assert_eq!(Estimator::ALL.iter().filter(|estimator| without(estimator)).count(), Estimator::ALL.len() - 2);
    }
}
