//! Fully connected layer: two units at a time.

use dim_model_format::{FullyConnected, Parameters};

use super::blocks;
use crate::kernels::Operands;
use crate::requantize::OutputStage;

/// As [`crate::kernels::portable::fully_connected`], with paired weights.
///
/// # Shapes
/// `input` any, flattened in `[height, width, channels]` order; `output` `[1, 1, out]`.
pub(crate) fn fully_connected(
    op: &FullyConnected,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    by_pairs(op, parameters, operands, scratch, |column, filter| Some(blocks::multiply_vector(column, filter, [0; 2])))
}

/// The same, with sums by `multiply(inputs, weights of two units)`.
#[inline]
pub(crate) fn by_pairs(
    op: &FullyConnected,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
    multiply: impl Fn(&[u32], &[u8]) -> Option<[i32; 2]>,
) -> Option<()> {
    let stage = OutputStage::new(&operands.write()?, op.clamp);
    let (input, output) = operands.apart()?;
    let quads = input.values.len().div_ceil(4);
    let column = scratch.get_mut(..2 * quads)?;
    blocks::expand_vector(input.values, input.zero_point, column)?;
    let mut channels = parameters.channels();
    for (outputs, filter) in output.chunks_mut(2).zip(parameters.filter.chunks_exact((8 * quads).max(1))) {
        let sums = multiply(column, filter)?;
        for ((output, sum), channel) in outputs.iter_mut().zip(&sums).zip(&mut channels) {
            *output = stage.apply(channel.bias + sum, channel.rescale);
        }
    }
    Some(())
}
