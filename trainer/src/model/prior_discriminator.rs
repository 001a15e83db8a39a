//! The adversary that tells samples of the prior from embeddings.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// Fully connected 1000 and 200 with ReLU, then one logit (Hjelm et al. 2019, appendix).
#[derive(Module, Debug)]
pub struct PriorDiscriminator {
    hidden: [Linear; 2],
    logit: Linear,
}

impl PriorDiscriminator {
    /// Random weights for vectors of `units` numbers.
    pub fn new(units: usize, device: &Device) -> Self {
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self { hidden: [linear(units, 1000), linear(1000, 200)], logit: linear(200, 1) }
    }

    /// Logits, positive for the prior.
    ///
    /// # Shapes
    /// `input` `[batch, units]` in `[0, 1]`; the result `[batch, 1]`.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden.iter().fold(input, |input, layer| relu(layer.forward(input)));
        self.logit.forward(hidden)
    }
}
