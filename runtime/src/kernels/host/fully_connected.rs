//! Fully connected layer: two units at a time, each weight used once, so that nothing is rearranged.

use dim_model_format::{FullyConnected, Parameters};

use super::Instructions;
use crate::kernels::portable::blocks;
use crate::kernels::{Map, MapMut};
use crate::requantize::OutputStage;

/// As [`crate::kernels::paired::fully_connected`].
pub(super) fn fully_connected<S: Instructions>(
    set: S,
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
    let filters = parameters.filter.chunks_exact((8 * quads).max(1));
    for ((outputs, filter), first) in output.values.chunks_mut(2).zip(filters).zip((0..).step_by(2)) {
        let sums = set.multiply_vector(column, filter)?;
        for ((output, sum), o) in outputs.iter_mut().zip(sums).zip(first..) {
            let channel = parameters.channel(o)?;
            *output = stage.apply(channel.bias.wrapping_add(sum), channel.rescale);
        }
    }
    Some(())
}
