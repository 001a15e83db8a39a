//! The estimators on a matrix of scores where it lies: element-wise operators and sums over the whole of it, which a GPU
//! computes in a few large kernels. To take positives and negatives apart would copy it, and spread gradients row by row.

use burn::tensor::{Bool, Device, Int, Tensor};

use crate::objective::estimator::{log_sum_exp, log_sum_exp_of_rows, softplus};
use crate::settings::Estimator;

/// [`Estimator::loss`] of a whole batch, `[1]`. A score takes no part where it is masked, whatever it is.
///
/// # Shapes
/// `scores` `[sets * batch, batch * cells]`; row `s * batch + i` has the scores of an embedding of image i, and cell l of
/// image j is in column `j * cells + l`.
pub(super) fn masked_loss(estimator: Estimator, scores: Tensor<2>, batch: usize) -> Tensor<1> {
    let [rows, columns] = scores.dims();
    let cells = columns / batch;
    let own = own([rows, columns], batch, &scores.device());
    let blocks = scores.clone().mask_fill(own.clone().bool_not(), 0.0).reshape([rows, batch, cells]);
    let positives: Tensor<2> = blocks.sum_dim(1).squeeze_dim(1);
    let negatives = (rows * (columns - cells)) as f64;
    match estimator {
        Estimator::InfoNce => {
            let others = log_sum_exp_of_rows(scores.mask_fill(own, f32::NEG_INFINITY));
            softplus(others - positives).mean()
        }
        Estimator::Dv => log_sum_exp(scores.mask_fill(own, f32::NEG_INFINITY)) - negatives.ln() - positives.mean(),
        // Masked once more, since 0 stands for a score, which the estimator makes something of.
        _ => {
            let of_negatives = estimator.of_negative(scores.mask_fill(own.clone(), 0.0)).mask_fill(own, 0.0);
            of_negatives.sum() / negatives - estimator.of_positive(positives).mean()
        }
    }
}

/// Where an embedding meets cells of its own image, `[rows, columns]`.
fn own([rows, columns]: [usize; 2], batch: usize, device: &Device) -> Tensor<2, Bool> {
    let numbers = |count: usize| Tensor::<1, Int>::arange(0..count as i64, device);
    let of_row: Tensor<2, Int> = numbers(rows).remainder_scalar(batch as i64).reshape([rows, 1]);
    let of_column: Tensor<2, Int> = numbers(columns).div_scalar((columns / batch) as i64).reshape([1, columns]);
    of_row.expand([rows, columns]).equal(of_column.expand([rows, columns]))
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

    /// Loss and gradient, once with scores taken apart and once where they lie.
    fn both(estimator: Estimator, scores: &Tensor<2>) -> [(f32, Vec<f32>); 2] {
        let apart = |scores: Tensor<2>| {
            let set = |set| Scores::split(scores.clone().narrow(0, set * BATCH, BATCH), 0, CELLS);
            estimator.loss(&Scores::stack((0..SETS).map(set).collect()))
        };
        let masked = |scores| masked_loss(estimator, scores, BATCH);
        let of = |loss: &dyn Fn(Tensor<2>) -> Tensor<1>| {
            let leaf = Tensor::from_data(scores.to_data(), &Device::flex().autodiff()).require_grad();
            let loss = loss(leaf.clone());
            let gradient = leaf.grad_remove(&mut loss.backward()).unwrap().try_to_vec_as::<f32>().unwrap();
            (loss.into_scalar::<f32>(), gradient)
        };
        [of(&apart), of(&masked)]
    }

    #[test]
    fn every_estimator_is_that_of_scores_taken_apart() {
        let _alone = seed_alone(&Device::flex(), 0);
        let random =
            || Tensor::<2>::random([SETS * BATCH, BATCH * CELLS], Distribution::Normal(0.0, 2.0), &Device::flex());
        for estimator in Estimator::ALL {
            let [(expected, gradients), (found, found_gradients)] = both(estimator, &random());
            assert!((expected - found).abs() < 1e-5 * expected.abs().max(1.0), "{estimator:?}: {expected} {found}");
            for (a, b) in gradients.iter().zip(&found_gradients) {
                assert!((a - b).abs() < 1e-6 * a.abs().max(1.0), "{estimator:?}: {a} {b}");
            }
        }
    }

    #[test]
    fn positives_of_any_size_leave_the_negatives_alone() {
        let _alone = seed_alone(&Device::flex(), 1);
        let negatives =
            Tensor::<2>::random([SETS * BATCH, BATCH * CELLS], Distribution::Normal(0.0, 1.0), &Device::flex());
        let own = own([SETS * BATCH, BATCH * CELLS], BATCH, &Device::flex());
        for estimator in [Estimator::InfoNce, Estimator::Jsd, Estimator::Kl] {
            let [(expected, gradients), (found, found_gradients)] =
                both(estimator, &negatives.clone().mask_fill(own.clone(), 300.0));
            assert!(
                found.is_finite() && (expected - found).abs() < 1e-4 * expected.abs(),
                "{estimator:?}: {expected} {found}"
            );
            assert!(gradients.iter().zip(&found_gradients).all(|(a, b)| (a - b).abs() < 1e-6), "{estimator:?}");
        }
    }
}
