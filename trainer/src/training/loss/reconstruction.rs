//! The autoencoders: images drawn from embeddings, or from samples of the distributions that embeddings stand for.

use burn::nn::Linear;
use burn::tensor::Tensor;
use rand::rngs::StdRng;

use super::sum::WeightedSum;
use crate::model::{Decoder, EncoderOutput};
use crate::objective::{GaussianPosterior, gaussian_likelihood, squared_error};

/// Adds the squared error; of a variational method, which has a `log_variance`, minus the evidence lower bound in nats.
pub(super) fn add(
    decoder: &Decoder,
    log_variance: Option<&Linear>,
    output: &EncoderOutput,
    images: &Tensor<4>,
    random: &mut StdRng,
    sum: &mut WeightedSum<'_>,
) {
    let mean = output.embedding.clone();
    let (code, weight) = match log_variance {
        None => (mean, 1.0),
        Some(log_variance) => {
            let posterior = GaussianPosterior { mean, log_variance: log_variance.forward(output.fc.clone()) };
            let weight = sum.config.divergence_weight();
            sum.add(weight, posterior.divergence(), |metrics, value| metrics.divergence = Some(value));
            let [_, channels, height, width] = images.dims();
            (posterior.sample(random), gaussian_likelihood(channels * height * width))
        }
    };
    let error = squared_error(decoder.forward(code), images.clone());
    sum.add(weight, error, |metrics, value| metrics.reconstruction = Some(value));
}
