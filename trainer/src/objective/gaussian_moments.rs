//! How far embeddings are from a standard Gaussian, without a discriminator.

use burn::tensor::{Tensor, TensorData};
use rand::rngs::StdRng;

use super::prior::on_sphere;

/// Weight of the covariance beside the variance, of the 25 to 1 that the authors use.
const COVARIANCE: f64 = 1.0 / 25.0;
/// Keeps the slope of a deviation of 0 finite.
const EPSILON: f64 = 1e-4;

/// `mean_j max(0, 1 - sqrt(Var(y_j) + 1e-4)) + (sum_{j != k} Cov(y_j, y_k)^2 / units) / 25`, `[1]`, with the unbiased moments of
/// the batch (Bardes et al. 2022, equations 1 to 4).
///
/// # Shapes
/// `embeddings` `[batch, units]`.
pub fn moments(embeddings: Tensor<2>) -> Tensor<1> {
    let [batch, units] = embeddings.dims();
    let centred = embeddings.clone() - embeddings.mean_dim(0);
    let covariance = centred.clone().transpose().matmul(centred.clone()) / (batch - 1) as f64;
    let variance: Tensor<2> = centred.square().sum_dim(0) / (batch - 1) as f64;
    let deviation = (variance.clone() + EPSILON).sqrt();
    let lacking = (-deviation + 1.0).clamp_min(0.0).mean();
    // The squares of all less those on the diagonal.
    let off_diagonal = (covariance.square().sum() - variance.square().sum()) / units as f64;
    lacking + off_diagonal * COVARIANCE
}

/// Directions that a step projects on.
const DIRECTIONS: usize = 128;
/// Places where the characteristic functions are compared, from 0 to 4: they are even in their real part, odd in the other.
const PLACES: usize = 9;
const LAST: f64 = 4.0;

/// `mean_a integral |E[e^(i t a.y)] - e^(-t^2 / 2)|^2 e^(-t^2 / 2) dt` over random directions a of length 1, by the
/// trapezoidal rule over t from -4 to 4, `[1]` (Epps and Pulley 1983; Balestriero and `LeCun` 2025, section 4).
///
/// # Shapes
/// `embeddings` `[batch, units]`.
pub fn sketch(embeddings: Tensor<2>, random: &mut StdRng) -> Tensor<1> {
    let [_, units] = embeddings.dims();
    let device = embeddings.device();
    let directions: Vec<f32> = (0..DIRECTIONS).flat_map(|_| on_sphere(units, 1.0, random)).collect();
    let directions = Tensor::<2>::from_data(TensorData::new(directions, [DIRECTIONS, units]), &device);
    let projected = embeddings.matmul(directions.transpose());
    let step = LAST / (PLACES - 1) as f64;
    let of_place = |place: usize| {
        let t = place as f64 * step;
        let gaussian = (-t * t / 2.0).exp();
        let angles = projected.clone() * t;
        let real: Tensor<2> = angles.clone().cos().mean_dim(0) - gaussian;
        let imaginary = angles.sin().mean_dim(0);
        let ends = if place == PLACES - 1 { 0.5 } else { 1.0 };
        (real.square() + imaginary.square()).mean() * (gaussian * ends * step * 2.0)
    };
    // At 0 both are 1.
    (1..PLACES).map(of_place).reduce(|sum, place| sum + place).expect("there are several places")
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution};
    use rand::SeedableRng;

    use super::*;
    use crate::model::seed_alone;

    fn value(loss: Tensor<1>) -> f32 {
        loss.try_to_vec_as::<f32>().unwrap()[0]
    }

    #[test]
    fn moments_in_closed_form() {
        let device = Device::flex();
        let of = |rows: [[f32; 2]; 4]| value(moments(Tensor::from_data(rows, &device)));
        // Variances 4/3 and no covariance: nothing is lacking.
        assert!(of([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]).abs() < 1e-6);
        // The second unit repeats the first: twice a covariance of 4/3, over 2 units.
        let repeated = of([[1.0, 1.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, -1.0]]);
        assert!((repeated - 16.0 / 9.0 / 25.0).abs() < 1e-6, "{repeated}");
        // All are one point: deviations of 0.01.
        assert!((of([[3.0, 5.0]; 4]) - 0.99).abs() < 1e-6);
    }

    #[test]
    fn sketches_tell_a_gaussian_from_others() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let random = || StdRng::seed_from_u64(1);
        let gaussian = Tensor::<2>::random([4000, 8], Distribution::Normal(0.0, 1.0), &device);
        let near = value(sketch(gaussian.clone(), &mut random()));
        // Every place deviates by about 1 / 4000.
        assert!(near < 2e-3, "{near}");
        for other in [gaussian.clone() * 2.0, gaussian.clone() + 1.0, gaussian.clone() * 0.0] {
            assert!(value(sketch(other, &mut random())) > 0.02);
        }
        // One point at the origin: integral of (1 - e^(-t^2/2))^2 e^(-t^2/2), whose closed form is
        // sqrt(2 pi) (1 - 2 / sqrt 2 + 1 / sqrt 3).
        let point = value(sketch(gaussian * 0.0, &mut random()));
        let expected = (2.0 * std::f32::consts::PI).sqrt() * (1.0 - 2.0_f32.sqrt() + 1.0 / 3.0_f32.sqrt());
        assert!((point - expected).abs() < 2e-3, "{point} {expected}");
    }

    #[test]
    fn gradients_are_those_of_differences() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 2);
        let embeddings = Tensor::<2>::random([6, 3], Distribution::Normal(0.0, 0.5), &device).require_grad();
        let losses: [&dyn Fn(Tensor<2>) -> Tensor<1>; 2] = [&moments, &|y| sketch(y, &mut StdRng::seed_from_u64(3))];
        for loss in losses {
            let gradients = loss(embeddings.clone()).backward();
            let found = embeddings.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
            let numbers = embeddings.clone().try_to_vec_as::<f32>().unwrap();
            for (index, found) in found.iter().enumerate() {
                let moved = |by: f32| {
                    let mut numbers = numbers.clone();
                    numbers[index] += by;
                    value(loss(Tensor::from_data(TensorData::new(numbers, [6, 3]), &device)))
                };
                let expected = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                assert!((found - expected).abs() < 1e-3, "{index}: {found} {expected}");
            }
        }
    }
}
