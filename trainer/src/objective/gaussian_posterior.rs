//! Embeddings as distributions: the variational autoencoders (Kingma and Welling 2014).

use burn::tensor::Tensor;
use rand::rngs::StdRng;

use crate::settings::Prior;

/// `q(z|x) = N(mean, exp(log_variance))`, independent in every unit.
#[derive(Debug, Clone)]
pub struct GaussianPosterior {
    /// `[batch, units]`.
    pub mean: Tensor<2>,
    /// Logarithm of the variance, `[batch, units]`.
    pub log_variance: Tensor<2>,
}

impl GaussianPosterior {
    /// One sample for each image, `mean + exp(log_variance / 2) e` with e standard normal, through which gradients reach
    /// mean and variance (Kingma and Welling 2014, section 2.4).
    pub fn sample(&self, random: &mut StdRng) -> Tensor<2> {
        let noise = Prior::Gaussian.sample(self.mean.dims(), random, &self.mean.device());
        self.mean.clone() + (self.log_variance.clone() / 2.0).exp() * noise
    }

    /// `KL(q(z|x) || N(0, 1)) = 1/2 sum_units (mean^2 + variance - 1 - ln variance)` in nats, the mean over images
    /// (Kingma and Welling 2014, appendix B).
    pub fn divergence(&self) -> Tensor<1> {
        let Self { mean, log_variance } = self;
        let by_unit = mean.clone().square() + log_variance.clone().exp() - log_variance.clone() - 1.0;
        by_unit.sum_dim(1).mean() / 2.0
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use rand::SeedableRng;

    use super::*;

    const MEANS: [f32; 3] = [0.5, -1.0, 0.0];
    const LOG_VARIANCES: [f32; 3] = [0.0, -1.5, 0.7];

    fn posterior(images: usize, device: &Device) -> GaussianPosterior {
        let rows = |row: [f32; 3]| Tensor::<2>::from_floats([row], device).repeat_dim(0, images);
        GaussianPosterior { mean: rows(MEANS), log_variance: rows(LOG_VARIANCES) }
    }

    fn numbers(tensor: &Tensor<2>) -> Vec<f64> {
        tensor.clone().try_to_vec_as::<f32>().unwrap().into_iter().map(f64::from).collect()
    }

    #[test]
    fn the_prior_itself_diverges_by_nothing() {
        let zeros = || Tensor::zeros([4, 7], &Device::flex());
        let prior = GaussianPosterior { mean: zeros(), log_variance: zeros() };
        assert_eq!(prior.divergence().into_scalar::<f32>(), 0.0);
    }

    #[test]
    fn the_divergence_is_the_mean_log_ratio_of_the_densities() {
        const SAMPLES: usize = 100_000;
        let posterior = posterior(SAMPLES, &Device::flex());
        let closed = f64::from(posterior.divergence().into_scalar::<f32>());
        // By the textbook's formula for two gaussians, written out for each unit.
        let by_hand: f64 = MEANS
            .iter()
            .zip(LOG_VARIANCES)
            .map(|(mean, log_variance)| {
                let deviation = f64::from(log_variance / 2.0).exp();
                -deviation.ln() + (deviation.powi(2) + f64::from(*mean).powi(2)) / 2.0 - 0.5
            })
            .sum();
        assert!((closed - by_hand).abs() < 1e-5, "{closed} {by_hand}");

        let samples = numbers(&posterior.sample(&mut StdRng::seed_from_u64(0)));
        let log_density = |z: f64, mean: f64, log_variance: f64| {
            -0.5 * ((z - mean).powi(2) / log_variance.exp() + log_variance + std::f64::consts::TAU.ln())
        };
        let ratio = |(index, z): (usize, &f64)| {
            let unit = index % 3;
            log_density(*z, f64::from(MEANS[unit]), f64::from(LOG_VARIANCES[unit])) - log_density(*z, 0.0, 0.0)
        };
        let sampled = samples.iter().enumerate().map(ratio).sum::<f64>() / SAMPLES as f64;
        // The ratio's deviation is below 2, so that this is more than six standard errors.
        assert!((closed - sampled).abs() < 0.04, "{closed} {sampled}");
    }

    #[test]
    fn samples_carry_the_gradients_of_mean_and_variance() {
        let device = Device::flex().autodiff();
        let GaussianPosterior { mean, log_variance } = posterior(2, &device);
        let posterior = GaussianPosterior { mean: mean.require_grad(), log_variance: log_variance.require_grad() };
        let sample = posterior.sample(&mut StdRng::seed_from_u64(3));
        let gradients = sample.clone().square().sum().backward();
        let [sample, mean] = [&sample, &posterior.mean].map(numbers);
        let of = |tensor: &Tensor<2>| -> Vec<f64> {
            tensor.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap().into_iter().map(f64::from).collect()
        };
        // d z^2 / d mean = 2 z, and d z^2 / d log_variance = 2 z (z - mean) / 2.
        for (index, (by_mean, by_variance)) in
            of(&posterior.mean).into_iter().zip(of(&posterior.log_variance)).enumerate()
        {
            let z = sample[index];
            assert!((by_mean - 2.0 * z).abs() < 1e-5, "{by_mean} {z}");
            assert!((by_variance - z * (z - mean[index])).abs() < 1e-5, "{by_variance} {z}");
        }
    }
}
