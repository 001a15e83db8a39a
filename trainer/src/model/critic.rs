//! The local critic: embeds every cell and the global vector, and scores pairs by a dot product.

use burn::module::{Initializer, Module};
use burn::nn::{BatchNorm, BatchNormConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

/// Encode-and-dot-product critic (Hjelm et al. 2019, section 3.2 and appendix; `MI1x1ConvNet` of the authors' code).
#[derive(Module, Debug)]
pub struct LocalCritic {
    local: CriticBranch,
    global: CriticBranch,
    scale: f64,
}

impl LocalCritic {
    /// A critic for cells of `local` channels and vectors of `global` units, embedded in `units` dimensions.
    ///
    /// Where `scaled`, scores are divided by `sqrt(units)`, which makes them of order one at first.
    pub fn new(local: usize, global: usize, units: usize, scaled: bool, device: &Device) -> Self {
        Self {
            local: CriticBranch::new(local, units, device),
            global: CriticBranch::new(global, units, device),
            scale: if scaled { (units as f64).sqrt().recip() } else { 1.0 },
        }
    }

    /// Scores `u[i, j, l]` of the global vector of image `i` with cell `l` of image `j`.
    ///
    /// # Shapes
    /// `feature_map` `[batch, channels, M, M]`, `embedding` `[batch, units]`; the result `[batch, batch * M * M]`,
    /// cell `l` of image `j` in column `j * M * M + l`.
    pub fn forward(&self, feature_map: Tensor<4>, embedding: Tensor<2>) -> Tensor<2> {
        let [batch, channels, height, width] = feature_map.dims();
        let cells = feature_map.permute([0, 2, 3, 1]).reshape([batch * height * width, channels]);
        let embedding = self.global.forward(embedding) * self.scale;
        embedding.matmul(self.local.forward(cells).transpose())
    }
}

/// `LayerNorm(W2 relu(BatchNorm(W1 x)) + b2 + S x)`, with `S` a noisy identity.
#[derive(Module, Debug)]
pub struct CriticBranch {
    hidden: Linear,
    norm: BatchNorm,
    output: Linear,
    shortcut: Linear,
    output_norm: LayerNorm,
}

impl CriticBranch {
    /// Random weights; the shortcut starts uniform in ±0.01 with ones on the diagonal where it is wide enough.
    pub fn new(inputs: usize, units: usize, device: &Device) -> Self {
        let mut shortcut = LinearConfig::new(inputs, units)
            .with_bias(false)
            .with_initializer(Initializer::Uniform { min: -0.01, max: 0.01 })
            .init(device);
        if units >= inputs {
            let mut ones = vec![0.0_f32; inputs * units];
            (0..inputs).for_each(|i| ones[i * units + i] = 1.0);
            let identity = Tensor::<2>::from_data(TensorData::new(ones, [inputs, units]), device);
            let with_ones = move |noise: Tensor<2>| noise * (-identity.clone() + 1.0) + identity.clone();
            shortcut.weight = shortcut.weight.init_mapper(with_ones);
        }
        Self {
            hidden: LinearConfig::new(inputs, units).with_bias(false).init(device),
            norm: BatchNormConfig::new(units).init(device),
            output: LinearConfig::new(units, units).init(device),
            shortcut,
            output_norm: LayerNormConfig::new(units).init(device),
        }
    }

    /// # Shapes
    /// `input` `[rows, inputs]`; the result `[rows, units]`.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let hidden = relu(self.norm.forward(self.hidden.forward(input.clone())));
        self.output_norm.forward(self.output.forward(hidden) + self.shortcut.forward(input))
    }
}
