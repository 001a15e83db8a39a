//! Critics that look at both at once: concat-MLP and concat-and-convolve.

use burn::module::{Initializer, Module};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::settings::Precision;

const HIDDEN: usize = 512;

/// Fully connected 512 and 512 with ReLU, then one score, on a cell and an embedding concatenated (Hjelm et al. 2019,
/// appendix A; on a feature map these are 1x1 convolutions).
///
/// Scoring `m` embeddings with `n` cells takes `512 * 513 * m * n` multiplications and, while it is trained, several times
/// `512 * m * n` numbers for the gradient: 2.4 GB for 64 images of 64 cells. Score in chunks.
#[derive(Module, Debug)]
pub struct Concatenate {
    // The first layer's weights for either part: their sum is the layer on the concatenation.
    cells: Linear,
    embedding: Linear,
    hidden: Linear,
    score: Linear,
    #[module(skip)]
    precision: Precision,
}

impl Concatenate {
    /// Random weights for `[cell, embedding]` of these many numbers.
    pub fn new([cell, embedding]: [usize; 2], device: &Device) -> Self {
        let bound = ((cell + embedding) as f64).sqrt().recip();
        let first = |inputs, bias| {
            let uniform = Initializer::Uniform { min: -bound, max: bound };
            LinearConfig::new(inputs, HIDDEN).with_bias(bias).with_initializer(uniform).init(device)
        };
        Self {
            cells: first(cell, false),
            embedding: first(embedding, true),
            hidden: LinearConfig::new(HIDDEN, HIDDEN).init(device),
            score: LinearConfig::new(HIDDEN, 1).init(device),
            precision: Precision::F32,
        }
    }

    pub(super) fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    pub(super) fn encode(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        (self.precision.linear(&self.embedding, embeddings), self.precision.linear(&self.cells, cells))
    }

    pub(super) fn score(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> Tensor<2> {
        let [[m, width], [n, _]] = [embeddings.dims(), cells.dims()];
        let pairs = embeddings.unsqueeze_dim::<3>(1) + cells.unsqueeze_dim::<3>(0);
        let hidden = relu(self.precision.linear(&self.hidden, relu(pairs).reshape([m * n, width])));
        self.score.forward(hidden).reshape([m, n])
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;
    use crate::model::seed_alone;

    fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
        tensor.try_to_vec_as::<f32>().unwrap().into_iter().map(f64::from).collect()
    }

    /// `W x + b`, with rows of the weights for the inputs.
    fn layer(input: &[f64], weight: &[f64], bias: &[f64]) -> Vec<f64> {
        let of = |unit: usize| input.iter().enumerate().map(move |(i, x)| x * weight[i * bias.len() + unit]);
        bias.iter().enumerate().map(|(unit, bias)| of(unit).sum::<f64>() + bias).collect()
    }

    fn relu(values: Vec<f64>) -> Vec<f64> {
        values.into_iter().map(|x| x.max(0.0)).collect()
    }

    #[test]
    fn scores_are_those_of_a_network_on_the_concatenation() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let critic = Concatenate::new([3, 2], &device);
        let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
        let (cells, embeddings) = (random([6, 3]), random([2, 2]));
        let encoded = critic.encode(embeddings.clone(), cells.clone());
        let scores = numbers(critic.score(encoded.0, encoded.1));

        let [first, of_embedding, second, third] =
            [&critic.cells, &critic.embedding, &critic.hidden, &critic.score].map(|layer| numbers(layer.weight.val()));
        let [first_bias, second_bias, third_bias] =
            [&critic.embedding, &critic.hidden, &critic.score].map(|layer| numbers(layer.bias.as_ref().unwrap().val()));
        let first = [first, of_embedding].concat();
        let (cells, embeddings) = (numbers(cells), numbers(embeddings));
        for (index, score) in scores.iter().enumerate() {
            let both = [&cells[index % 6 * 3..][..3], &embeddings[index / 6 * 2..][..2]].concat();
            let hidden = relu(layer(&both, &first, &first_bias));
            let hidden = relu(layer(&hidden, &second, &second_bias));
            let exact = layer(&hidden, &third, &third_bias)[0];
            assert!((score - exact).abs() < 1e-5, "{index}: {score} {exact}");
        }
    }
}
