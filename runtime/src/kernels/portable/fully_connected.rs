//! Fully connected layer: `TFLite`'s `FullyConnectedPerChannel`, CMSIS-NN's `arm_fully_connected_per_channel_s8`.

use dim_model_format::{FullyConnected, Parameters};

use super::dot::dot;
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// `out[o] = requantize(bias[o] + sum((in[i] - zero_point) * weights[o, i]))`.
///
/// # Shapes
/// `input` any, flattened in `[height, width, channels]` order; weights `[out, in]`; `output` `[1, 1, out]`.
pub(crate) fn fully_connected(
    op: &FullyConnected,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
) -> Option<()> {
    let stage = OutputStage::new(operands, op.clamp);
    let (input, output) = operands.apart()?;
    let rows = parameters.filter.chunks_exact(input.values.len().max(1));
    for ((out, channel), weights) in output.iter_mut().zip(parameters.channels()).zip(rows) {
        *out = stage.apply(channel.bias + dot(input.values, weights, input.zero_point), channel.rescale);
    }
    Some(())
}
