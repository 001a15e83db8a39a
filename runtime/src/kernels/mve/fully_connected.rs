//! Fully connected layer: two units in two registers.

use core::arch::naked_asm;

use dim_model_format::{FilterLayout, FullyConnected, Parameters};

use super::vectors::{LANES, is_aligned, permute};
use crate::kernels::paired::{self, Weights};
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// As [`paired::fully_connected`], which it leaves inputs to that are no multiple of [`LANES`], and files that lie
/// anywhere.
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
    let length = operands.read()?.values.len();
    let fits = length.is_multiple_of(LANES) && is_aligned(parameters.filter);
    if !fits {
        return paired::fully_connected(op, layout, parameters, operands, scratch);
    }
    let (column, scratch) = scratch.split_at_mut_checked(length / size_of::<u32>())?;
    let column: &mut [i8] = bytemuck::cast_slice_mut(column);
    let mut weights = Weights::new(layout, scratch);
    let stage = OutputStage::new(operands, op.clamp);
    let (input, output) = operands.apart()?;
    permute(input.values, column)?;
    let filters = parameters.filter.chunks_exact(weights.pair_bytes(2 * length).max(1));
    // A zip of the chunks themselves would divide by their length, and panic where that is zero.
    for ((first, filter), outputs) in (0..).step_by(2).zip(filters).zip(output.chunks_mut(2)) {
        let filter = weights.pair(filter)?;
        let mut sums = [[0; 2]; 2];
        // SAFETY: `column` has a whole number of vectors, at least one, and `filter` two for each of them.
        unsafe { multiply_vectors(column.as_ptr(), filter.as_ptr(), length / LANES, &mut sums) };
        for ((output, o), [sum, weights]) in outputs.iter_mut().zip(first..).zip(sums) {
            if let Some(channel) = parameters.channel(o) {
                let acc = channel.bias.wrapping_add(sum).wrapping_sub(weights * i32::from(input.zero_point));
                *output = stage.apply(acc, channel.rescale);
            }
        }
    }
    Some(())
}

/// 9 instructions for 32 products: of each unit the sum of products and the sum of weights, which takes the zero point
/// off.
///
/// # Safety
/// `blocks >= 1` vectors can be read from `column`, and twice as many from `filter`.
#[unsafe(naked)]
unsafe extern "C" fn multiply_vectors(column: *const i8, filter: *const u8, blocks: usize, sums: &mut [[i32; 2]; 2]) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4, r5, r6, lr}}",
        "movs r4, #0",
        "movs r6, #0",
        "mov r12, r4",
        "mov lr, r4",
        "1:",
        "vld20.8 {{q0, q1}}, [r1]",
        "vld21.8 {{q0, q1}}, [r1]!",
        "vldrb.u8 q2, [r0], #16",
        "vmladava.s8 r4, q2, q0",
        "vmladava.s8 r12, q2, q1",
        "vaddva.s8 r6, q0",
        "vaddva.s8 lr, q1",
        "subs r2, #1",
        "bne 1b",
        "strd r4, r6, [r3]",
        "strd r12, lr, [r3, #8]",
        "pop {{r4, r5, r6, pc}}",
    )
}
