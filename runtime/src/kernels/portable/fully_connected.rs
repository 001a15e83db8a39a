//! Fully connected layer: `TFLite`'s `FullyConnectedPerChannel`, CMSIS-NN's `arm_fully_connected_per_channel_s8`.

use dim_model_format::{FullyConnected, Parameters};

use super::dot;
use crate::kernels::{Map, MapMut};
use crate::requantize::OutputStage;

/// `out[o] = requantize(bias[o] + sum((in[i] - zero_point) * weights[o, i]))`.
///
/// # Shapes
/// `input` any, flattened in `[height, width, channels]` order; weights `[out, in]`; `output` `[1, 1, out]`.
pub(crate) fn fully_connected(
    op: &FullyConnected,
    parameters: &Parameters<'_>,
    input: &Map<'_>,
    output: &mut MapMut<'_>,
) -> Option<()> {
    let stage = OutputStage::new(output, op.clamp);
    let rows = parameters.filter.chunks_exact(input.values.len().max(1));
    for ((out, channel), weights) in output.values.iter_mut().zip(parameters.channels()).zip(rows) {
        *out = stage.apply(channel.bias + dot(input.values, weights, input.zero_point), channel.rescale);
    }
    Some(())
}
