//! Depthwise convolution with kernels of 3x3: four channels in four registers.

use core::arch::naked_asm;

use super::zero_point::negated;
use crate::kernels::scratch::depthwise3x3;
use crate::requantize::PairStage;

/// As [`crate::kernels::portable::blocks::columns`].
pub(crate) fn columns(rows: &depthwise3x3::Rows<'_>, zero_point: i8, columns: &mut [u32]) -> Option<()> {
    let count = columns.len() / depthwise3x3::WORDS;
    if count == 0 {
        return Some(());
    }
    // What the loop relies on; anything else is a bug that must not become a read outside of the slices.
    let needed = (count - 1) * rows.step + depthwise3x3::CHANNELS;
    if rows.values.iter().any(|row| row.len() < needed) {
        return None;
    }
    let block = Columns { rows: rows.values.map(<[i8]>::as_ptr), step: rows.step, negated: negated(zero_point), count };
    // SAFETY: each row has `count` words, of any alignment, `step` bytes apart, and `columns` six for each of them.
    unsafe { interleave(&block, columns.as_mut_ptr()) }
    Some(())
}

/// What [`interleave`] reads.
#[repr(C)]
struct Columns {
    rows: [*const i8; 3],
    step: usize,
    negated: u32,
    count: usize,
}

/// 23 instructions for a column of four channels.
///
/// # Safety
/// `count >= 1` words, of any alignment, can be read `step` bytes apart from each row, and six times as many written.
#[unsafe(naked)]
unsafe extern "C" fn interleave(block: &Columns, columns: *mut u32) {
    naked_asm!(
        instructions!(),
        "push {{r4-r11, lr}}",
        "ldm r0, {{r4, r5, r6, r7, r12, lr}}",
        "mla lr, lr, r7, r4",
        "str lr, [sp, #-4]!",
        "1:",
        "ldr r0, [r4]",
        "ldr r2, [r5]",
        "ldr r10, [r6]",
        "add r4, r7",
        "add r5, r7",
        "add r6, r7",
        "sxtab16 r3, r12, r0",
        "sxtab16 r0, r12, r0, ror #8",
        "sxtab16 r8, r12, r2",
        "sxtab16 r2, r12, r2, ror #8",
        "pkhbt r9, r3, r8, lsl #16",
        "pkhtb r8, r8, r3, asr #16",
        "pkhbt r3, r0, r2, lsl #16",
        "pkhtb r2, r2, r0, asr #16",
        "sxtab16 r0, r12, r10",
        "sxtab16 r10, r12, r10, ror #8",
        "strd r9, r3, [r1]",
        "strd r8, r2, [r1, #8]",
        "strd r0, r10, [r1, #16]",
        "adds r1, #24",
        "ldr r0, [sp]",
        "cmp r4, r0",
        "bne 1b",
        "add sp, #4",
        "pop {{r4-r11, pc}}",
    )
}

/// As [`crate::kernels::portable::blocks::depthwise`].
pub(crate) fn depthwise(
    columns: &[u32],
    factors: &[u32; 18],
    step: usize,
    stages: &[PairStage; 2],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    let last = columns.len().checked_sub(factors.len())?;
    let count = (last / step.max(1) + 1).min(output.len().div_ceil(stride.max(1)));
    // What the loop relies on; anything else is a bug that must not become a write outside of the slice.
    if count == 0 || output.len() < (count - 1) * stride + depthwise3x3::CHANNELS {
        return None;
    }
    let mut row = Row {
        columns: columns.as_ptr(),
        output: output.as_mut_ptr(),
        factors,
        stages,
        step: step * size_of::<u32>(),
        stride,
        count,
    };
    // SAFETY: `count` windows of 18 words lie in `columns`, `step` words apart; the output has been checked.
    unsafe { multiply_row(&mut row) }
    Some(())
}

/// What [`multiply_row`] works on; it moves the first two pointers on.
#[repr(C)]
struct Row<'a> {
    columns: *const u32,
    output: *mut i8,
    factors: &'a [u32; 18],
    stages: &'a [PairStage; 2],
    step: usize,
    stride: usize,
    count: usize,
}

/// 36 instructions for 36 products, and 49 for the rest of four outputs.
///
/// # Safety
/// `count >= 1` windows of 18 words can be read `step` bytes apart, and as many words, of any alignment, be written
/// `stride` bytes apart.
#[unsafe(naked)]
unsafe extern "C" fn multiply_row(row: &mut Row<'_>) {
    naked_asm!(
        instructions!(),
        // A column: inputs and weights of rows 0 and 1 of four channels, then row 2 of two channels in a word.
        ".macro dim_column",
        "ldm r0!, {{r2, r3, r4, r5}}",
        "ldm r1!, {{r6, r7, r8, r9}}",
        "smlad r10, r2, r6, r10",
        "smlad r11, r3, r7, r11",
        "smlad r12, r4, r8, r12",
        "smlad lr, r5, r9, lr",
        "ldm r0!, {{r2, r3}}",
        "ldm r1!, {{r6, r7}}",
        "smlabb r10, r2, r6, r10",
        "smlabb r11, r3, r7, r11",
        "smlatt r12, r2, r6, r12",
        "smlatt lr, r3, r7, lr",
        ".endm",
        ".macro dim_finish sum, multiplier, addend, shift",
        "lsl \\sum, \\sum, #1",
        "smmulr \\sum, \\sum, \\multiplier",
        "add \\addend, \\addend, \\sum, asr #31",
        "add \\sum, \\sum, \\addend",
        "asr \\sum, \\sum, \\shift",
        "ssat \\sum, #8, \\sum",
        ".endm",
        "push {{r4-r11, lr}}",
        "str r0, [sp, #-4]!",
        "1:",
        "ldr r9, [sp]",
        "ldm r9, {{r0, r2, r3, r4}}",
        "mov r1, r3",
        "ldrd r10, r11, [r4]",
        "ldrd r12, lr, [r4, #32]",
        "dim_column",
        "dim_column",
        "dim_column",
        "ldr r9, [sp]",
        "ldrd r1, r0, [r9, #8]",
        "add r0, #8",
        "ldm r0!, {{r2-r7}}",
        "dim_finish r10, r2, r3, r4",
        "dim_finish r11, r5, r6, r7",
        "adds r0, #8",
        "ldm r0, {{r2-r7}}",
        "dim_finish r12, r2, r3, r4",
        "dim_finish lr, r5, r6, r7",
        "bfi r10, r11, #8, #8",
        "bfi r10, r12, #16, #8",
        "bfi r10, lr, #24, #8",
        "ldm r9, {{r0, r1}}",
        "ldr r2, [r9, #16]",
        "ldr r3, [r9, #20]",
        "ldr r4, [r9, #24]",
        "str r10, [r1]",
        "add r0, r2",
        "add r1, r3",
        "strd r0, r1, [r9]",
        "subs r4, #1",
        "str r4, [r9, #24]",
        "bne 1b",
        "add sp, #4",
        "pop {{r4-r11, pc}}",
        ".purgem dim_column",
        ".purgem dim_finish",
    )
}
