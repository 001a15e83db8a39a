//! Fully connected layer: two units at a time.

use dim_model_format::{FilterLayout, FullyConnected, Parameters};

use super::Weights;
use crate::kernels::blocks;
use crate::kernels::portable::int4;
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
    if blocks::INT4_BY_TWO
        && let Weights::Int4(memory) = &mut weights
        && let Ok(filter) = bytemuck::try_cast_slice(parameters.filter)
    {
        let starts: &mut [u32] = bytemuck::try_cast_slice_mut(memory).ok()?;
        int4::pack::<1>(column, starts)?;
        let sums = filter.chunks_exact(quads.max(1)).map(|filter| int4::multiply(column, filter, starts));
        return store(sums.map(|sums| Some(sums.map(|[sum]| sum << 4))), stage, parameters, output);
    }
    let filters = parameters.filter.chunks_exact(weights.pair_bytes(8 * quads).max(1));
    let sums = filters.map(|filter| Some(blocks::multiply_vector(column, weights.pair(filter)?, [0; 2])));
    store(sums, stage, parameters, output)
}

/// The outputs of sums of two units each.
#[inline]
fn store(
    sums: impl Iterator<Item = Option<[i32; 2]>>,
    stage: OutputStage,
    parameters: &Parameters<'_>,
    output: &mut [i8],
) -> Option<()> {
    let mut channels = parameters.channels();
    for (outputs, sums) in output.chunks_mut(2).zip(sums) {
        for ((output, sum), channel) in outputs.iter_mut().zip(&sums?).zip(&mut channels) {
            *output = stage.apply(channel.bias + sum, channel.rescale);
        }
    }
    Some(())
}
