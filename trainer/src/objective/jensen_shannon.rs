//! The Jensen-Shannon estimator of mutual information between local features and the embedding.

use std::f64::consts::LN_2;

use burn::tensor::activation::softplus;
use burn::tensor::{Device, Tensor, TensorData};

/// Jensen-Shannon local loss, `E_neg[sp(u) - ln 2] - E_pos[ln 2 - sp(-u)]` (Hjelm et al. 2019, equations 4 and 6).
///
/// Pairs of image and own cell are positive, all pairs of an image and another image's cell negative;
/// each kind is averaged over all of its pairs. Minus the loss is at most `2 ln 2`, 0 for a critic
/// that knows nothing, and twice the Jensen-Shannon divergence of joint and product at its best.
///
/// # Shapes
/// `scores` `[batch, batch * cells]`: row `i` is the embedding of image `i`, column `j * cells + l`
/// cell `l` of image `j`. The result `[1]`.
pub fn jensen_shannon(scores: Tensor<2>) -> Tensor<1> {
    let [batch, columns] = scores.dims();
    let cells = columns / batch;
    let positive = own_cells(batch, cells, &scores.device());
    let positives = (batch * cells) as f64;
    let negatives = (batch * (batch - 1) * cells) as f64;
    // sp(-u) = sp(u) - u, so one softplus serves both.
    let softplus = softplus(scores.clone(), 1.0);
    let positive_sum = ((softplus.clone() - scores) * positive.clone()).sum();
    let negative_sum = (softplus * (-positive + 1.0)).sum();
    positive_sum / positives + negative_sum / negatives - 2.0 * LN_2
}

/// 1 where the column's cell belongs to the row's image, else 0.
fn own_cells(batch: usize, cells: usize, device: &Device) -> Tensor<2> {
    let own = |index: usize| f32::from(u8::from(index / (batch * cells) == index % (batch * cells) / cells));
    let mask: Vec<f32> = (0..batch * batch * cells).map(own).collect();
    Tensor::from_data(TensorData::new(mask, [batch, batch * cells]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(batch: usize, scores: &[f32]) -> f64 {
        let data = TensorData::new(scores.to_vec(), [batch, scores.len() / batch]);
        f64::from(jensen_shannon(Tensor::from_data(data, &Device::flex())).into_scalar::<f32>())
    }

    fn softplus(x: f64) -> f64 {
        x.exp().ln_1p()
    }

    #[test]
    fn golden_batch_of_two_images_with_two_cells() {
        let value = loss(2, &[1.0, 0.5, -0.5, -1.0, 0.2, -0.2, 2.0, 1.5]);
        assert!((value + 0.561_470).abs() < 1e-6, "{value}");
    }

    #[test]
    fn a_constant_critic_estimates_nothing_at_zero() {
        assert!(loss(3, &[0.0; 18]).abs() < 1e-6);
    }

    #[test]
    fn a_perfect_critic_reaches_the_ceiling() {
        let value = loss(2, &[40.0, -40.0, -40.0, 40.0]);
        assert!((value + 2.0 * LN_2).abs() < 1e-6, "{value}");
    }

    #[test]
    fn gradient_equals_the_finite_difference() {
        let scores = [0.3_f32, -1.2, 0.8, 2.0, -0.4, 0.1, 0.9, -0.7, 1.1];
        let device = Device::flex().autodiff();
        let tensor = Tensor::<2>::from_data(TensorData::new(scores.to_vec(), [3, 3]), &device).require_grad();
        let gradients = jensen_shannon(tensor.clone()).backward();
        let gradient = tensor.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
        let exact = |scores: &[f64]| -> f64 {
            let of = |(index, u): (usize, &f64)| if index % 4 == 0 { softplus(-u) / 3.0 } else { softplus(*u) / 6.0 };
            scores.iter().enumerate().map(of).sum()
        };
        let scores: Vec<f64> = scores.iter().map(|u| f64::from(*u)).collect();
        for (index, gradient) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut scores = scores.clone();
                scores[index] += by;
                exact(&scores)
            };
            let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((f64::from(*gradient) - difference).abs() < 1e-5, "{index}: {gradient} {difference}");
        }
    }
}
