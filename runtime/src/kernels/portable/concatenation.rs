//! Several tensors, one after the other along an axis: `TFLite`'s `Concatenation`, which only copies.

use dim_model_format::{Axis, Tensor};

use crate::operands::Operands;

/// Every block of the output has a block of each input, in their order.
///
/// # Shapes
/// `[height, width, channels]` with two of the extents in common, or any, where the output is a vector of all elements.
pub(crate) fn concatenation(
    axis: Axis,
    inputs: impl Iterator<Item = Tensor>,
    operands: &mut Operands<'_>,
) -> Option<()> {
    let block = |tensor: &Tensor| usize::try_from(axis.block(tensor.shape)).ok();
    let pitch = block(&operands.output)?;
    let mut start = 0;
    for input in inputs {
        let length = block(&input)?;
        operands.copy(&input, length, start, pitch)?;
        start += length;
    }
    Some(())
}
