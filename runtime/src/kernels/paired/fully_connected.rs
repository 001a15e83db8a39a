//! Fully connected layer: two units at a time.

use dim_model_format::{FilterLayout, FullyConnected, Parameters};

use super::Weights;
use crate::kernels::blocks;
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// As [`crate::kernels::portable::fully_connected`], with weights in one of the two paired layouts.
///
/// # Shapes
/// `input` any, flattened in `[height, width, channels]` order; `output` `[1, 1, out]`.
pub(crate) fn fully_connected(
    op: &FullyConnected,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let stage = OutputStage::new(operands, op.clamp);
    let (input, output) = operands.apart()?;
    let quads = input.values.len().div_ceil(4);
    let (column, scratch) = scratch.split_at_mut_checked(2 * quads)?;
    let mut weights = Weights::new(layout, scratch);
    blocks::expand_vector(input.values, input.zero_point, column)?;
    let mut channels = parameters.channels();
    let filters = parameters.filter.chunks_exact(weights.pair_bytes(8 * quads).max(1));
    for (outputs, filter) in output.chunks_mut(2).zip(filters) {
        let sums = blocks::multiply_vector(column, weights.pair(filter)?, [0; 2]);
        for ((output, sum), channel) in outputs.iter_mut().zip(&sums).zip(&mut channels) {
            *output = stage.apply(channel.bias + sum, channel.rescale);
        }
    }
    Some(())
}
