//! Fully connected layer: two units at a time.

use dim_model_format::{FullyConnected, Parameters};

use super::blocks;
use crate::kernels::{Map, MapMut};
use crate::requantize::OutputStage;

/// As [`crate::kernels::portable::fully_connected`], with paired weights.
///
/// # Shapes
/// `input` any, flattened in `[height, width, channels]` order; `output` `[1, 1, out]`.
pub(crate) fn fully_connected(
    op: &FullyConnected,
    parameters: &Parameters<'_>,
    input: &Map<'_>,
    output: &mut MapMut<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let quads = input.values.len().div_ceil(4);
    let column = scratch.get_mut(..2 * quads)?;
    blocks::expand_vector(input.values, input.zero_point, column)?;
    let stage = OutputStage::new(output, op.clamp);
    let mut channels = parameters.channels();
    for (outputs, filter) in output.values.chunks_mut(2).zip(parameters.filter.chunks_exact((8 * quads).max(1))) {
        let pair = [channels.next(), channels.next()];
        let sums =
            blocks::multiply_vector(column, filter, pair.map(|channel| channel.map_or(0, |channel| channel.bias)));
        for ((output, channel), sum) in outputs.iter_mut().zip(pair.into_iter().flatten()).zip(sums) {
            *output = stage.apply(sum, channel.rescale);
        }
    }
    Some(())
}
