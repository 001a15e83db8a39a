//! Critics that encode either side alone and compare by a dot product: encode-and-dot.

mod export;

use burn::module::{Initializer, Module};
use burn::nn::{BatchNorm, BatchNormConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::Comparison;
use crate::architecture::Architecture;
use crate::fused::{batch_norm, layer_norm_of_sum, product};
use crate::model::Encoder;
use crate::settings::Precision;

/// Of layer normalization.
const EPSILON: f64 = 1e-5;

/// A branch for cells and one for embeddings; a score is the dot product of what they make of them.
#[derive(Module, Debug)]
pub struct DotProduct {
    cells: Branch,
    embedding: Branch,
    #[module(skip)]
    comparison: Comparison,
}

/// Which of the two published descriptions a branch follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residual {
    /// `LayerNorm(W2 relu(BatchNorm(W1 x)) + b2 + S x)` for cells and embeddings; `S` starts as a noisy identity.
    /// `MI1x1ConvNet` of the authors' code.
    AuthorsCode,
    /// `W2 relu(W1 x + b1) + b2 + relu(S x + c)`, with a layer normalization for cells only. The paper's tables.
    Paper,
}

impl DotProduct {
    /// As [`super::LocalCritic::new`].
    pub fn new(
        residual: Residual,
        [cell, embedding]: [usize; 2],
        width: usize,
        comparison: Comparison,
        device: &Device,
    ) -> Self {
        let [cells, embedding] = match residual {
            Residual::AuthorsCode => [cell, embedding].map(|inputs| Branch::of_authors_code(inputs, width, device)),
            Residual::Paper => {
                [Branch::of_paper(cell, width, true, device), Branch::of_paper(embedding, width, false, device)]
            }
        };
        Self { cells, embedding, comparison }
    }

    pub(super) fn with_precision(self, precision: Precision) -> Self {
        let Self { cells, embedding, comparison } = self;
        let [cells, embedding] = [cells, embedding].map(|branch| Branch { precision, ..branch });
        Self { cells, embedding, comparison }
    }

    pub(super) fn encode(&self, embeddings: Tensor<2>, cells: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        self.comparison.prepare(self.embedding.forward(embeddings), self.cells.forward(cells))
    }
}

/// Two layers with a shortcut; see [`Residual`].
#[derive(Module, Debug)]
pub(super) struct Branch {
    hidden: Linear,
    norm: Option<BatchNorm>,
    output: Linear,
    shortcut: Linear,
    output_norm: Option<LayerNorm>,
    relu_on_shortcut: bool,
    #[module(skip)]
    precision: Precision,
}

impl Branch {
    /// The shortcut starts uniform in ±0.01, with ones on the diagonal where it is wide enough.
    fn of_authors_code(inputs: usize, width: usize, device: &Device) -> Self {
        let mut shortcut = LinearConfig::new(inputs, width)
            .with_bias(false)
            .with_initializer(Initializer::Uniform { min: -0.01, max: 0.01 })
            .init(device);
        if width >= inputs {
            let mut ones = vec![0.0_f32; inputs * width];
            (0..inputs).for_each(|i| ones[i * width + i] = 1.0);
            let identity = Tensor::<2>::from_data(TensorData::new(ones, [inputs, width]), device);
            let with_ones = move |noise: Tensor<2>| noise * (-identity.clone() + 1.0) + identity.clone();
            shortcut.weight = shortcut.weight.init_mapper(with_ones);
        }
        Self {
            hidden: LinearConfig::new(inputs, width).with_bias(false).init(device),
            norm: Some(BatchNormConfig::new(width).init(device)),
            output: LinearConfig::new(width, width).init(device),
            shortcut,
            output_norm: Some(LayerNormConfig::new(width).with_epsilon(EPSILON).init(device)),
            relu_on_shortcut: false,
            precision: Precision::F32,
        }
    }

    fn of_paper(inputs: usize, width: usize, normalized: bool, device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(inputs, width).init(device),
            norm: None,
            output: LinearConfig::new(width, width).init(device),
            shortcut: LinearConfig::new(inputs, width).init(device),
            output_norm: normalized.then(|| LayerNormConfig::new(width).with_epsilon(EPSILON).init(device)),
            relu_on_shortcut: true,
            precision: Precision::F32,
        }
    }

    /// # Shapes
    /// `input` `[rows, inputs]`; the result `[rows, width]`.
    fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let linear = |layer, input| self.precision.linear(layer, input);
        let hidden = linear(&self.hidden, input.clone());
        let hidden = match &self.norm {
            Some(norm) => batch_norm(norm, hidden, true),
            None => relu(hidden),
        };
        let shortcut = linear(&self.shortcut, input);
        let shortcut = if self.relu_on_shortcut { relu(shortcut) } else { shortcut };
        match (&self.output_norm, &self.output.bias) {
            (Some(norm), Some(bias)) if self.precision == Precision::F32 => {
                let output = product(hidden, self.output.weight.val());
                layer_norm_of_sum(norm, EPSILON, [output, shortcut], bias.val())
            }
            (Some(norm), _) => norm.forward(linear(&self.output, hidden) + shortcut),
            (None, _) => linear(&self.output, hidden) + shortcut,
        }
    }
}

/// For whole images: the encoder's layers after the local feature map once more, with weights of their own, and a last
/// one of the critic's width; a single layer for embeddings (`glob` of the authors' code).
#[derive(Module, Debug)]
pub struct LastConv {
    features: Encoder,
    embedding: Linear,
    #[module(skip)]
    comparison: Comparison,
}

impl LastConv {
    pub(super) fn new(architecture: &Architecture, width: usize, comparison: Comparison, device: &Device) -> Self {
        let shapes = architecture.shapes();
        let units = shapes[shapes.len() - 1][0];
        let last = u16::try_from(width).expect("settings allow no more units than a layer can have");
        Self {
            features: Encoder::new(&architecture.after_feature_map("critic", last), device),
            embedding: LinearConfig::new(units, width).init(device),
            comparison,
        }
    }

    /// The single layer for embeddings stays wide: it is small.
    pub(super) fn with_precision(self, precision: Precision) -> Self {
        Self { features: self.features.with_precision(precision), ..self }
    }

    pub(super) fn encode(&self, embeddings: Tensor<2>, feature_map: Tensor<4>) -> (Tensor<2>, Tensor<2>) {
        self.comparison.prepare(self.embedding.forward(embeddings), self.features.forward(feature_map).embedding)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn scores_are_as_the_comparison_says() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        for residual in [Residual::AuthorsCode, Residual::Paper] {
            let plain = DotProduct::new(residual, [8, 4], 256, Comparison::Dot, &device);
            let random = |shape: [usize; 2]| Tensor::<2>::random(shape, Distribution::Normal(0.0, 1.0), &device);
            let (cells, embeddings) = (random([12, 8]), random([3, 4]));
            let numbers = |tensor: Tensor<2>| tensor.try_to_vec_as::<f32>().unwrap();
            let scores = |comparison| {
                let critic = DotProduct { comparison, ..plain.clone() };
                let (embeddings, cells) = critic.encode(embeddings.clone(), cells.clone());
                numbers(product(embeddings, cells.transpose()))
            };
            let (a, b) = plain.encode(embeddings.clone(), cells.clone());
            let lengths = [a, b].map(|vectors| numbers(vectors.square().sum_dim(1).sqrt()));
            let dots = scores(Comparison::Dot);
            let others = scores(Comparison::ScaledDot).into_iter().zip(scores(Comparison::Cosine { temperature: 0.1 }));
            for (index, (dot, (scaled, cosine))) in dots.iter().zip(others).enumerate() {
                assert!((dot / 16.0 - scaled).abs() < 1e-4, "{residual:?}: {dot} {scaled}");
                let expected = dot / (lengths[0][index / 12] * lengths[1][index % 12]) / 0.1;
                assert!((expected - cosine).abs() < 1e-4, "{residual:?}: {expected} {cosine}");
            }
        }
    }

    #[test]
    fn the_shortcut_of_the_authors_code_starts_as_a_noisy_identity() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let branch = Branch::of_authors_code(3, 5, &device);
        let weights = branch.shortcut.weight.val().try_to_vec_as::<f32>().unwrap();
        for (index, weight) in weights.iter().enumerate() {
            let on_diagonal = index / 5 == index % 5;
            assert!(if on_diagonal { *weight == 1.0 } else { weight.abs() <= 0.01 }, "{index}: {weight}");
        }
    }
}
