//! What embeddings go through before they are compared with others.

use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use crate::fused::{batch_norm, linear};
use crate::settings::Precision;

/// What cosines of embeddings are divided by where settings compare cells by dot products.
pub(super) const TEMPERATURE: f64 = 0.2;

/// `W2 relu(BatchNorm(W1 y)) + b2` (Chen et al. 2020).
#[derive(Module, Debug)]
pub(super) struct Projector {
    hidden: Linear,
    norm: BatchNorm,
    output: Linear,
}

impl Projector {
    /// From `units` numbers to `width`; none where the width is 0.
    pub(super) fn new(units: usize, width: usize, device: &Device) -> Option<Self> {
        (width > 0).then(|| Self {
            hidden: LinearConfig::new(units, width).with_bias(false).init(device),
            norm: BatchNormConfig::new(width).init(device),
            output: LinearConfig::new(width, width).init(device),
        })
    }

    /// # Shapes
    /// `embeddings` `[rows, units]`; the result `[rows, width]`.
    pub(super) fn forward(&self, embeddings: Tensor<2>) -> Tensor<2> {
        let hidden = Precision::F32.linear(&self.hidden, embeddings);
        linear(&self.output, batch_norm(&self.norm, hidden, true))
    }
}
