//! Which clusters the images of a step belong to.

use burn::tensor::Tensor;

/// `p(c | x)` of the images of a step, and the most that can be told about c.
#[derive(Debug, Clone)]
pub(in crate::training) struct Belonging {
    /// `[batch, clusters]`.
    pub(in crate::training) shares: Tensor<2>,
    /// In nats.
    pub(in crate::training) entropy: f64,
}
