//! Prior matching without a discriminator: a bounded embedding with noise holds most when it is spread like the prior.
//!
//! The mutual information of images and a noisy embedding is largest where the embedding's entropy is, since the noise
//! takes a fixed share. Bounded to the cube it is then nearly uniform, with its variance fixed nearly normal (Butakov et
//! al. 2024, "Efficient distribution matching of representations via noise-injected Deep InfoMax").

use burn::tensor::activation::sigmoid;
use burn::tensor::{Tensor, TensorData};
use rand::Rng;
use rand::rngs::StdRng;

use super::prior::normal;
use crate::settings::Prior;

/// What the critics see instead of Y; `None` for a prior that has no such form.
///
/// Uniform: `sigmoid(Y) + U(-noise, noise)`, which holds at most `units ln(1 + 1 / (2 noise))` nats. Gaussian: Y with
/// mean 0 and variance 1 over the batch, plus `N(0, noise^2)`, at most `units / 2 ln(1 + 1 / noise^2)` nats.
///
/// # Shapes
/// `embedding` `[batch, units]` and the result too.
pub fn with_noise(prior: Prior, embedding: Tensor<2>, noise: f64, random: &mut StdRng) -> Option<Tensor<2>> {
    let shape @ [rows, units] = embedding.dims();
    let (bounded, mut sample): (_, Box<dyn FnMut() -> f64>) = match prior {
        Prior::Uniform => (sigmoid(embedding.clone()), Box::new(|| random.random_range(-1.0..1.0))),
        Prior::Gaussian => (standardized(embedding.clone()), Box::new(|| normal(random))),
        Prior::Ball | Prior::Sphere => return None,
    };
    let noise: Vec<f32> = (0..rows * units).map(|_| (sample() * noise) as f32).collect();
    Some(bounded + Tensor::from_data(TensorData::new(noise, shape), &embedding.device()))
}

fn standardized(embedding: Tensor<2>) -> Tensor<2> {
    let centred = embedding.clone() - embedding.mean_dim(0);
    let variance = centred.clone().square().mean_dim(0);
    centred / (variance + 1e-5).sqrt()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution};
    use rand::SeedableRng;

    use super::*;
    use crate::model::seed_alone;

    fn moments(tensor: &Tensor<2>) -> (f32, f32) {
        let mean = tensor.clone().mean();
        let variance = (tensor.clone() - mean.clone().unsqueeze()).square().mean();
        (mean.into_scalar(), variance.into_scalar())
    }

    #[test]
    fn uniform_noise_is_added_within_its_bound() {
        let _alone = seed_alone(&Device::flex(), 0);
        let embedding = Tensor::<2>::random([256, 16], Distribution::Normal(0.0, 2.0), &Device::flex());
        let noisy = with_noise(Prior::Uniform, embedding.clone(), 0.1, &mut StdRng::seed_from_u64(0)).unwrap();
        let noise = noisy - sigmoid(embedding);
        let (mean, variance) = moments(&noise);
        assert!(noise.abs().max().into_scalar::<f32>() <= 0.1 + 1e-6);
        assert!(mean.abs() < 0.006 && (variance - 0.01 / 3.0).abs() < 3e-4, "{mean} {variance}");
    }

    #[test]
    fn gaussian_embeddings_have_unit_variance_before_the_noise() {
        let _alone = seed_alone(&Device::flex(), 0);
        let embedding = Tensor::<2>::random([512, 16], Distribution::Normal(3.0, 2.0), &Device::flex());
        let (mean, variance) = moments(&standardized(embedding.clone()));
        assert!(mean.abs() < 1e-4 && (variance - 1.0).abs() < 1e-3, "{mean} {variance}");
        let noisy = with_noise(Prior::Gaussian, embedding, 0.5, &mut StdRng::seed_from_u64(0)).unwrap();
        let (_, variance) = moments(&noisy);
        assert!((variance - 1.25).abs() < 0.06, "{variance}");
    }

    #[test]
    fn other_priors_have_no_such_form() {
        let embedding = Tensor::<2>::zeros([2, 2], &Device::flex());
        for prior in [Prior::Ball, Prior::Sphere] {
            assert!(with_noise(prior, embedding.clone(), 0.1, &mut StdRng::seed_from_u64(0)).is_none());
        }
    }
}
