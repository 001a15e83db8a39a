//! What the devices see of a step.

use burn::tensor::{Int, Tensor};
use rand::rngs::StdRng;

/// What a step sees.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// `[batch, channels, height, width]`; with several views `[views * batch, ..]`, all first views first and
    /// small crops last.
    pub(super) images: Tensor<4>,
    /// Which training image each of them is, `[batch]`.
    pub(super) indices: Vec<usize>,
    /// `[batch]`; only of methods that learn from labels.
    pub(super) classes: Option<Tensor<1, Int>>,
}

/// What one device sees of a step, and what is random in the rest of it.
#[derive(Debug, Clone)]
pub(super) struct Shard {
    pub(super) seen: Seen,
    pub(super) random: StdRng,
}
