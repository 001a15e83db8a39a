//! Blocks for Armv7-M and Armv8-M without the DSP extension: Cortex-M3.
//!
//! `MLA` multiplies and adds one pair of numbers. `docs/PERFORMANCE.md` counts the loop.

#![expect(unsafe_code, reason = "a loop that needs every register")]

mod int4;
mod products;

use core::arch::naked_asm;

use super::portable::blocks;
pub(crate) use super::portable::blocks::{
    columns, copy, depthwise, expand_rows, expand_vector, multiply_halves as multiply_vector,
};
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
    let words = (columns.len() / PIXELS).min(filter.len() / 4) & !1;
    let mut sums = bias.map(|bias| [bias; PIXELS]);
    if words > 0 {
        let end = columns.as_ptr().wrapping_add(words * PIXELS);
        // SAFETY: an even number of words, four for each word of `filter`, is read up to `end`.
        unsafe { multiply_block(columns.as_ptr(), filter.as_ptr(), end, &mut sums) };
    }
    sums
}

/// 56 instructions for 32 products, and 5 for every turn.
///
/// r4 to r7 are the sums of the first channel, r8 to r11 those of the second.
///
/// # Safety
/// From `columns` to `end` there are an even number of times four words, at least two times, and in `filter` a quarter
/// of them.
#[unsafe(naked)]
unsafe extern "C" fn multiply_block(
    columns: *const u32,
    filter: *const u8,
    end: *const u32,
    sums: &mut [[i32; PIXELS]; 2],
) {
    naked_asm!(
        // One input of four pixels times one weight of two channels.
        ".macro dim_multiply inputs, weights",
        "ldrsb r2, [r1, #\\weights]",
        "ldrsb r3, [r1, #\\weights + 1]",
        "ldrsh r12, [r0, #\\inputs]",
        "ldrsh lr, [r0, #\\inputs + 4]",
        "mla r4, r12, r2, r4",
        "mla r8, r12, r3, r8",
        "mla r5, lr, r2, r5",
        "mla r9, lr, r3, r9",
        "ldrsh r12, [r0, #\\inputs + 8]",
        "ldrsh lr, [r0, #\\inputs + 12]",
        "mla r6, r12, r2, r6",
        "mla r10, r12, r3, r10",
        "mla r7, lr, r2, r7",
        "mla r11, lr, r3, r11",
        ".endm",
        "push {{r2-r11, lr}}",
        "ldm r3, {{r4-r11}}",
        "1:",
        "dim_multiply 0, 0",
        "dim_multiply 2, 2",
        "dim_multiply 16, 4",
        "dim_multiply 18, 6",
        "ldr r2, [sp]",
        "adds r0, #32",
        "adds r1, #8",
        "cmp r0, r2",
        "bne 1b",
        "ldr r3, [sp, #4]",
        "stm r3, {{r4-r11}}",
        "pop {{r2-r11, pc}}",
        ".purgem dim_multiply",
    )
}
