//! Predicts where cells lie.

use burn::module::{Initializer, Module};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use crate::fused::{batch_norm, linear};

const HIDDEN: usize = 512;

/// Fully connected 512 and 512 with batch normalization and ReLU on an embedding and one or two cells of its image, then
/// a logit for each row and each column (Hjelm et al. 2019, section 4.3).
#[derive(Module, Debug)]
pub struct CoordinatePredictor {
    // The first layer's weights for each part: their sum is the layer on the concatenation.
    cells: Vec<Linear>,
    embedding: Linear,
    norms: [BatchNorm; 2],
    hidden: Linear,
    logits: Linear,
}

impl CoordinatePredictor {
    /// Random weights for `cells` cells of `channels` numbers and embeddings of `units`.
    pub fn new(cells: usize, [channels, units]: [usize; 2], logits: usize, device: &Device) -> Self {
        let bound = ((cells * channels + units) as f64).sqrt().recip();
        let first = |inputs| {
            let uniform = Initializer::Uniform { min: -bound, max: bound };
            LinearConfig::new(inputs, HIDDEN).with_bias(false).with_initializer(uniform).init(device)
        };
        let norm = || BatchNormConfig::new(HIDDEN).init(device);
        Self {
            cells: (0..cells).map(|_| first(channels)).collect(),
            embedding: first(units),
            norms: [norm(), norm()],
            hidden: LinearConfig::new(HIDDEN, HIDDEN).with_bias(false).init(device),
            logits: LinearConfig::new(HIDDEN, logits).init(device),
        }
    }

    /// # Shapes
    /// `cells` one or two times `[batch * cells, channels]`, all cells of an image under one another; `embedding`
    /// `[batch, units]`; the result `[batch * cells, logits]`.
    pub fn forward(&self, cells: Vec<Tensor<2>>, embedding: Tensor<2>) -> Tensor<2> {
        let embedding = linear(&self.embedding, embedding);
        let [batch, _] = embedding.dims();
        let parts = self.cells.iter().zip(cells).map(|(layer, cells)| linear(layer, cells));
        let sum = parts.reduce(|sum, part| sum + part).map_or_else(
            || embedding.clone(),
            |sum| {
                let [rows, _] = sum.dims();
                let by_image = sum.reshape([batch, rows / batch, HIDDEN]) + embedding.clone().unsqueeze_dim::<3>(1);
                by_image.reshape([rows, HIDDEN])
            },
        );
        let hidden = linear(&self.hidden, batch_norm(&self.norms[0], sum, true));
        linear(&self.logits, batch_norm(&self.norms[1], hidden, true))
    }
}
