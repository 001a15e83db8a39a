//! Drawing images from their embeddings: the autoencoders.

use burn::tensor::Tensor;

/// Mean over images, pixels and channels of `(drawn - image)^2`, with pixels in [-1, 1] as the encoder takes them.
///
/// # Shapes
/// Both `[batch, channels, height, width]`; the result `[1]`.
pub fn squared_error(drawn: Tensor<4>, images: Tensor<4>) -> Tensor<1> {
    (drawn - images).square().mean()
}

/// The factor that makes of the [`squared_error`] the negative log likelihood of an image, in nats, under a gaussian of
/// deviation 1 around each drawn number, less the constant `numbers/2 ln 2 pi`: half of the numbers of an image.
pub fn gaussian_likelihood(numbers: usize) -> f64 {
    numbers as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn the_likelihood_is_that_of_the_gaussian() {
        // Two images of 1 x 2 x 2.
        let drawn = [0.5, -0.25, 1.0, 0.0, -1.0, 0.75, 0.0, 0.25_f32];
        let images = [0.0, -0.5, 1.0, 0.5, 1.0, 0.25, -0.5, 0.25_f32];
        let tensor =
            |numbers: [f32; 8]| Tensor::<4>::from_data(TensorData::new(numbers.into(), [2, 1, 2, 2]), &Device::flex());
        let error = f64::from(squared_error(tensor(drawn), tensor(images)).into_scalar::<f32>());
        assert!((error - 5.0625 / 8.0).abs() < 1e-6, "{error}");

        let density = |x: f32, mean: f32| (-0.5 * f64::from(x - mean).powi(2)).exp() / std::f64::consts::TAU.sqrt();
        let log_likelihood = drawn.iter().zip(images).map(|(mean, x)| density(x, *mean).ln()).sum::<f64>() / 2.0;
        let constant = 2.0 * std::f64::consts::TAU.ln();
        assert!((gaussian_likelihood(4) * error + constant + log_likelihood).abs() < 1e-6);
    }
}
