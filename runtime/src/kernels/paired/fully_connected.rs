//! Fully connected layer: two units at a time.

use dim_model_format::{FilterLayout, FullyConnected, Parameters};

use super::Weights;
use super::int4::INT4;
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
    let is_by_two = match &mut weights {
        Weights::Int4(memory) => pack(column, parameters.filter, memory).is_some(),
        Weights::Int8 => false,
    };
    let mut channels = parameters.channels();
    let filters = parameters.filter.chunks_exact(weights.pair_bytes(8 * quads).max(1));
    for (outputs, filter) in output.chunks_mut(2).zip(filters) {
        let sums = match &weights {
            Weights::Int4(starts) if is_by_two => multiply_by_two(column, filter, starts)?,
            _ => blocks::multiply_vector(column, weights.pair(filter)?, [0; 2]),
        };
        for ((output, sum), channel) in outputs.iter_mut().zip(&sums).zip(&mut channels) {
            *output = stage.apply(channel.bias + sum, channel.rescale);
        }
    }
    Some(())
}

/// Makes of the column and of the memory for weights what takes two products in one multiplication, where that is quicker.
#[inline]
fn pack(column: &mut [u32], filter: &[u8], memory: &mut [u8]) -> Option<()> {
    if !INT4 || !blocks::INT4_BY_TWO {
        return None;
    }
    bytemuck::try_cast_slice::<u8, u32>(filter).ok()?;
    int4::pack::<1>(column, bytemuck::try_cast_slice_mut(memory).ok()?)
}

/// The sums of two units.
#[inline]
fn multiply_by_two(column: &[u32], filter: &[u8], starts: &[u8]) -> Option<[i32; 2]> {
    let [filter, starts] = [filter, starts].map(bytemuck::try_cast_slice);
    Some(int4::multiply_vector(column, filter.ok()?, starts.ok()?).map(|sum| sum << 4))
}
