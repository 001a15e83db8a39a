//! Fully connected layer: two units at a time.

use dim_model_format::{FilterLayout, FullyConnected, Parameters};

use super::instructions::Instructions;
use crate::kernels::paired;
use crate::operands::Operands;

/// As [`paired::fully_connected`]: each weight is used once, so nothing is rearranged.
pub(super) fn fully_connected<S: Instructions>(
    set: S,
    op: &FullyConnected,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    paired::by_pairs(op, layout, parameters, operands, scratch, |column, filter| {
        set.multiply_vector(column, filter, [0; 2])
    })
}
