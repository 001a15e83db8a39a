//! How weights are drawn before they learn.

use serde::{Deserialize, Serialize};

/// How weights are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Initialization {
    /// Weights and biases uniform in `±1/sqrt(fan_in)`, batch normalization with scale 1: today's `PyTorch`.
    #[default]
    #[serde(rename = "uniform")]
    Uniform,
    /// The same with the scales of batch normalization uniform in `[0, 1)`: `PyTorch` 0.4, which the authors used.
    #[serde(rename = "pytorch-0.4")]
    Pytorch04,
}
