//! Blocks for Armv6-M: Cortex-M0 and M0+.
//!
//! `MULS` overwrites a factor with the low 32 bits of the product, and only r0 to r7 take part in it; the other
//! registers can be added to. `docs/PERFORMANCE.md` counts the loop.

#![expect(unsafe_code, reason = "a loop that needs every register")]

mod filter;
mod int4;
mod products;

use core::arch::naked_asm;

use super::portable::blocks;
pub(crate) use super::portable::blocks::{
    columns, copy, depthwise, expand_rows, expand_vector, multiply_halves as multiply_vector,
};
pub(crate) use filter::transform_filter;
pub(crate) use int4::multiply_int4;
pub(crate) use products::multiply_positions;

use super::scratch::paired::PIXELS;
use crate::requantize::PairStage;

/// As [`blocks::tile`].
pub(crate) fn tile(
    columns: &[u32],
    filter: &[u8],
    stages: &[PairStage],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    blocks::tile_with(multiply, columns, filter, stages, output, stride)
}

/// As [`blocks::multiply`].
#[inline]
fn multiply(columns: &[u32], filter: &[u8], bias: [i32; 2]) -> [[i32; PIXELS]; 2] {
    let words = (columns.len() / PIXELS).min(filter.len() / 4);
    if words == 0 || !filter.as_ptr().addr().is_multiple_of(4) {
        return blocks::multiply(columns, filter, bias);
    }
    let end = columns.as_ptr().wrapping_add(words * PIXELS);
    let mut sums = bias.map(|bias| [bias; PIXELS]);
    // SAFETY: four words for each word of `filter`, which is aligned, are read up to `end`.
    unsafe { multiply_block(columns.as_ptr(), filter.as_ptr(), end, &mut sums) };
    sums
}

/// 64 instructions for 16 products, and 5 for every turn.
///
/// r6, r8, r9 and r10 are the sums of the first channel, r7, r11, r12 and lr those of the second.
///
/// # Safety
/// From `columns` to `end` there are four words, at least once, for each word of `filter`.
#[unsafe(naked)]
unsafe extern "C" fn multiply_block(
    columns: *const u32,
    filter: *const u8,
    end: *const u32,
    sums: &mut [[i32; PIXELS]; 2],
) {
    naked_asm!(
        // The input in r4 times the weights in r2 and r3 of two channels; the input is overwritten.
        ".macro dim_multiply first, second",
        "movs r5, r2",
        "muls r5, r4, r5",
        "add \\first, r5",
        "muls r4, r3, r4",
        "add \\second, r4",
        ".endm",
        "push {{r2-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "ldm r3!, {{r4, r5, r6, r7}}",
        "mov r8, r5",
        "mov r9, r6",
        "mov r10, r7",
        "ldm r3!, {{r2, r5, r6, r7}}",
        "mov r11, r5",
        "mov r12, r6",
        "mov lr, r7",
        "movs r6, r4",
        "movs r7, r2",
        "1:",
        // The low halves.
        "ldr r3, [r1]",
        "sxtb r2, r3",
        "lsls r3, r3, #16",
        "asrs r3, r3, #24",
        "ldr r4, [r0]",
        "sxth r4, r4",
        "dim_multiply r6, r7",
        "ldr r4, [r0, #4]",
        "sxth r4, r4",
        "dim_multiply r8, r11",
        "ldr r4, [r0, #8]",
        "sxth r4, r4",
        "dim_multiply r9, r12",
        "ldr r4, [r0, #12]",
        "sxth r4, r4",
        "dim_multiply r10, lr",
        // The high halves.
        "ldr r3, [r1]",
        "lsls r2, r3, #8",
        "asrs r2, r2, #24",
        "asrs r3, r3, #24",
        "ldr r4, [r0]",
        "asrs r4, r4, #16",
        "dim_multiply r6, r7",
        "ldr r4, [r0, #4]",
        "asrs r4, r4, #16",
        "dim_multiply r8, r11",
        "ldr r4, [r0, #8]",
        "asrs r4, r4, #16",
        "dim_multiply r9, r12",
        "ldr r4, [r0, #12]",
        "asrs r4, r4, #16",
        "dim_multiply r10, lr",
        "ldr r2, [sp, #16]",
        "adds r0, #16",
        "adds r1, #4",
        "cmp r0, r2",
        "bne 1b",
        "ldr r3, [sp, #20]",
        "stm r3!, {{r6}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "stm r3!, {{r4, r5, r6, r7}}",
        "mov r4, r11",
        "mov r5, r12",
        "mov r6, lr",
        "stm r3!, {{r4, r5, r6}}",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r2-r7, pc}}",
        ".purgem dim_multiply",
    )
}
