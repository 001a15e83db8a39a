//! The paper's non-linear classifier.

use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use crate::fused::{batch_norm, linear};

const HIDDEN_UNITS: usize = 200;
const DROPOUT: f64 = 0.1;

/// One hidden layer of 200 units with dropout 0.1, batch normalization and ReLU, in this order, then linear to the
/// classes (`classification_eval.py` of the authors' code).
///
/// Dropout draws from burn's generator; seed it with `seed_alone` where results are to be
/// repeatable.
#[derive(Module, Debug)]
pub struct Mlp {
    hidden: Linear,
    dropout: Dropout,
    norm: BatchNorm,
    output: Linear,
}

impl Mlp {
    /// Random weights.
    pub fn new(width: usize, classes: usize, device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(width, HIDDEN_UNITS).with_bias(false).init(device),
            dropout: DropoutConfig::new(DROPOUT).init(),
            norm: BatchNormConfig::new(HIDDEN_UNITS).init(device),
            output: LinearConfig::new(HIDDEN_UNITS, classes).init(device),
        }
    }

    /// # Shapes
    /// `rows` `[batch, width]`; the result `[batch, classes]`.
    pub fn forward(&self, rows: Tensor<2>) -> Tensor<2> {
        let hidden = self.dropout.forward(linear(&self.hidden, rows));
        linear(&self.output, batch_norm(&self.norm, hidden, true))
    }
}
