//! A trained encoder that another one learns from: it is never moved.

use burn::module::Module;
use burn::tensor::Tensor;

use super::replicas::Replicas;
use crate::model::Encoder;

/// An encoder in evaluation mode, on the device of every shard.
#[derive(Debug, Clone)]
pub(super) struct Teacher {
    encoders: Vec<Encoder>,
}

impl Teacher {
    /// One for each shard. No gradient is kept of what they compute, nor do their running statistics move.
    pub(super) fn new(encoder: &Encoder, replicas: &Replicas) -> Self {
        let on = |device: &burn::tensor::Device| encoder.valid().to_device(&device.clone().inner());
        Self { encoders: replicas.devices().iter().map(on).collect() }
    }

    /// For each shard, in the same order.
    pub(super) fn for_shards(&self) -> Vec<Option<Encoder>> {
        self.encoders.iter().cloned().map(Some).collect()
    }
}

/// What a teacher makes of images of a step, for which it is a constant.
///
/// # Shapes
/// `images` `[batch, channels, height, width]`; the result `[batch, taught]`.
pub(super) fn embeddings_of(teacher: &Encoder, images: &Tensor<4>) -> Tensor<2> {
    Tensor::from_inner(teacher.forward(images.clone().inner()).embedding)
}
