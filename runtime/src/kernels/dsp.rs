//! Blocks for Armv7E-M and Armv8-M with the DSP extension.
//!
//! `SMLAD` multiplies two pairs of 16-bit numbers and adds both products, `SXTB16` widens bytes 0 and 2 of a word, and
//! bytes 1 and 3 if it is rotated by 8 first, `SXTAB16` adds to what it widens. `docs/PERFORMANCE.md` counts the loops.

#![expect(unsafe_code, reason = "instructions that Rust has no stable name for")]

use core::arch::naked_asm;

use super::depthwise3x3;
use super::paired::{PIXELS, Rows};
use super::portable::blocks;
use crate::requantize::PairStage;

/// Tells the assembler that the DSP extension is there, which it does not learn from the processor in Armv8-M.
#[cfg(dim_armv8)]
macro_rules! instructions {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(not(dim_armv8))]
macro_rules! instructions {
    () => {
        ""
    };
}

/// As [`blocks::expand_rows`].
pub(crate) fn expand_rows(rows: &Rows<'_>, zero_point: i8, columns: &mut [u32], column_pitch: usize) {
    let Rows { values, height, pitch, length } = *rows;
    let quads = length / 4;
    // What the loop relies on; anything else is a bug that must not become an access outside of the slices.
    assert!(quads > 0 && height > 0 && (height - 1) * pitch + length <= values.len());
    assert!((height - 1) * column_pitch + (2 * quads - 1) * PIXELS < columns.len());
    let expansion = Expansion {
        negated: negated(zero_point),
        quads,
        height,
        value_step: pitch.wrapping_sub(4 * quads),
        column_step: (column_pitch.wrapping_sub(2 * PIXELS * quads)).wrapping_mul(size_of::<u32>()),
    };
    // SAFETY: the first and the last word that are read and written have been checked.
    unsafe { expand_block(values.as_ptr(), columns.as_mut_ptr(), &expansion) }
}

/// As [`blocks::copy`], for a few bytes: a call of `memcpy` takes longer.
#[inline]
pub(crate) fn copy(values: &[i8], target: &mut [i8]) {
    assert!(values.len() <= target.len());
    // SAFETY: both have `values.len()` bytes.
    unsafe { copy_bytes(values.as_ptr(), target.as_mut_ptr(), values.len()) }
}

/// 4 instructions for four bytes.
///
/// # Safety
/// `length` bytes can be read and written.
#[unsafe(naked)]
unsafe extern "C" fn copy_bytes(values: *const i8, target: *mut i8, length: usize) {
    naked_asm!(
        instructions!(),
        "subs r2, #4",
        "blt 2f",
        "1:",
        "ldr r3, [r0], #4",
        "subs r2, #4",
        "str r3, [r1], #4",
        "bge 1b",
        "2:",
        "adds r2, #4",
        "beq 4f",
        "3:",
        "ldrb r3, [r0], #1",
        "subs r2, #1",
        "strb r3, [r1], #1",
        "bne 3b",
        "4:",
        "bx lr",
    )
}

/// As [`blocks::expand_vector`].
pub(crate) fn expand_vector(values: &[i8], zero_point: i8, column: &mut [u32]) {
    let quads = values.len() / 4;
    let (whole, rest) = values.split_at(4 * quads);
    let (target, last) = column.split_at_mut(2 * quads);
    if quads > 0 {
        // SAFETY: `whole` has as many words, of any alignment, as are read, and `target` twice as many.
        unsafe { expand_words(whole.as_ptr(), target.as_mut_ptr(), quads, negated(zero_point)) }
    }
    if !rest.is_empty() {
        blocks::expand_vector(rest, zero_point, last);
    }
}

/// What `SXTAB16` adds to take a zero point off both halves of a word.
const fn negated(zero_point: i8) -> u32 {
    ((-(zero_point as i32)).cast_unsigned() & 0xffff) * 0x1_0001
}

/// As [`blocks::tile`].
pub(crate) fn tile(columns: &[u32], filter: &[u8], stages: &[PairStage], output: &mut [i8], stride: usize) {
    let pairs = stages.len();
    if pairs == 0 {
        return;
    }
    // What the tile relies on; anything else is a bug that must not become an access outside of the slices.
    assert!(!columns.is_empty() && columns.len().is_multiple_of(2 * PIXELS));
    assert!(filter.len() == pairs * columns.len() && output.len() >= (PIXELS - 1) * stride + 2 * pairs);
    let end = columns.as_ptr_range().end;
    let mut tile = Tile {
        columns: columns.as_ptr(),
        filter: filter.as_ptr(),
        stages: stages.as_ptr(),
        output: output.as_mut_ptr(),
        stride,
        pairs,
        end,
        last_turn: end.wrapping_byte_sub(TURN_BYTES),
    };
    // SAFETY: the lengths have been checked: `pairs` filters of as many bytes as there are words in `columns`.
    unsafe { multiply_tile(&mut tile) }
}

/// As [`blocks::multiply_vector`].
#[inline]
pub(crate) fn multiply_vector(column: &[u32], filter: &[u8], bias: [i32; 2]) -> [i32; 2] {
    let words = column.len().min(filter.len() / 4);
    let whole = if filter.as_ptr().addr().is_multiple_of(4) { words & !3 } else { 0 };
    let mut sums = bias;
    if whole > 0 {
        // SAFETY: reads `whole` words, a multiple of four, of both; both are aligned.
        unsafe { multiply_words(column.as_ptr(), filter.as_ptr(), column[..whole].as_ptr_range().end, &mut sums) };
    }
    blocks::multiply_vector(&column[whole..words], &filter[4 * whole..], sums)
}

/// How [`expand_block`] walks; the steps go from the end of a row to the start of the next, in bytes.
#[repr(C)]
struct Expansion {
    negated: u32,
    quads: usize,
    height: usize,
    value_step: usize,
    column_step: usize,
}

/// 23 instructions for 16 numbers.
///
/// # Safety
/// `height >= 1` rows of `quads >= 1` words, of any alignment, can be read, and every fourth of as many rows of
/// `8 * quads` words written, all of them the stated steps apart.
#[unsafe(naked)]
unsafe extern "C" fn expand_block(values: *const i8, columns: *mut u32, expansion: &Expansion) {
    naked_asm!(
        instructions!(),
        ".macro dim_expand word, offset, next",
        "sxtab16 r12, r3, \\word",
        "sxtab16 \\word, r3, \\word, ror #8",
        "str r12, [r1, #\\offset]",
        "str \\word, [r1, #\\next]",
        ".endm",
        "push {{r4-r11, lr}}",
        "ldm r2, {{r3, r6, r7, r8, r9}}",
        "1:",
        "subs r10, r6, #4",
        "blt 3f",
        "2:",
        "ldr r4, [r0], #4",
        "ldr r5, [r0], #4",
        "ldr r11, [r0], #4",
        "ldr lr, [r0], #4",
        "dim_expand r4, 0, 16",
        "dim_expand r5, 32, 48",
        "dim_expand r11, 64, 80",
        "dim_expand lr, 96, 112",
        "adds r1, #128",
        "subs r10, #4",
        "bge 2b",
        "3:",
        "adds r10, #4",
        "beq 5f",
        "4:",
        "ldr r4, [r0], #4",
        "dim_expand r4, 0, 16",
        "adds r1, #32",
        "subs r10, #1",
        "bne 4b",
        "5:",
        "add r0, r8",
        "add r1, r9",
        "subs r7, #1",
        "bne 1b",
        "pop {{r4-r11, pc}}",
        ".purgem dim_expand",
    )
}

/// # Safety
/// `quads >= 1` words can be read from `values`, and `2 * quads` words from `column` written.
#[unsafe(naked)]
unsafe extern "C" fn expand_words(values: *const i8, column: *mut u32, quads: usize, negated: u32) {
    naked_asm!(
        instructions!(),
        "push {{r4, lr}}",
        "1:",
        "ldr r12, [r0], #4",
        "sxtab16 r4, r3, r12",
        "sxtab16 r12, r3, r12, ror #8",
        "subs r2, #1",
        "strd r4, r12, [r1], #8",
        "bne 1b",
        "pop {{r4, pc}}",
    )
}

/// Bytes of columns in one turn of the loop of [`multiply_tile`].
const TURN_BYTES: usize = 8 * PIXELS * size_of::<u32>();

/// What [`multiply_tile`] works on; it moves the pointers on.
#[repr(C)]
struct Tile {
    columns: *const u32,
    filter: *const u8,
    stages: *const PairStage,
    output: *mut i8,
    stride: usize,
    pairs: usize,
    last_turn: *const u32,
    end: *const u32,
}

/// 13 instructions for 16 products and 3 for every eight turns; then 60 for the eight outputs.
///
/// r4 to r7 are the sums of the first channel, r8 to r11 those of the second; `last_turn`, `end` and the tile are on
/// the stack.
///
/// # Safety
/// `end - columns` is a multiple of eight words and not zero; `pairs >= 1` is the number of stages; `filter` has as
/// many bytes for each as `columns` has words; at `output` and three times `stride` behind, two bytes for each can be
/// written.
#[unsafe(naked)]
unsafe extern "C" fn multiply_tile(tile: &mut Tile) {
    naked_asm!(
        instructions!(),
        // Two weights of two channels times the inputs of four pixels.
        ".macro dim_multiply",
        "ldr r2, [r1], #4",
        "ldm r0!, {{r3, r12}}",
        "sxtb16 lr, r2",
        "sxtb16 r2, r2, ror #8",
        "smlad r4, r3, lr, r4",
        "smlad r8, r3, r2, r8",
        "smlad r5, r12, lr, r5",
        "smlad r9, r12, r2, r9",
        "ldm r0!, {{r3, r12}}",
        "smlad r6, r3, lr, r6",
        "smlad r10, r3, r2, r10",
        "smlad r7, r12, lr, r7",
        "smlad r11, r12, r2, r11",
        ".endm",
        // The stage of one channel: multiplier r2, addend r3, shift r12.
        ".macro dim_finish sum",
        "lsls \\sum, \\sum, #1",
        "smmulr \\sum, \\sum, r2",
        "add r1, r3, \\sum, asr #31",
        "add \\sum, \\sum, r1",
        "asr \\sum, \\sum, r12",
        "ssat \\sum, #8, \\sum",
        ".endm",
        "ldrd r2, r3, [r0, #24]",
        "push {{r2-r11, lr}}",
        "str r0, [sp, #-4]!",
        // A pair of channels.
        "1:",
        "ldr lr, [sp]",
        "ldm lr, {{r0, r1, r2}}",
        "ldrd r4, r8, [r2]",
        "mov r5, r4",
        "mov r6, r4",
        "mov r7, r4",
        "mov r9, r8",
        "mov r10, r8",
        "mov r11, r8",
        "ldr r12, [sp, #4]",
        "cmp r0, r12",
        "bhi 3f",
        "2:",
        ".rept 8",
        "dim_multiply",
        ".endr",
        "ldr r12, [sp, #4]",
        "cmp r0, r12",
        "bls 2b",
        "3:",
        "ldr r12, [sp, #8]",
        "cmp r0, r12",
        "beq 4f",
        ".rept 2",
        "dim_multiply",
        ".endr",
        "b 3b",
        "4:",
        "ldr lr, [sp]",
        "str r1, [lr, #4]",
        "ldr r0, [lr, #8]",
        "adds r0, #8",
        "ldm r0!, {{r2, r3, r12}}",
        "dim_finish r4",
        "dim_finish r5",
        "dim_finish r6",
        "dim_finish r7",
        "ldm r0!, {{r2, r3, r12}}",
        "str r0, [lr, #8]",
        "dim_finish r8",
        "dim_finish r9",
        "dim_finish r10",
        "dim_finish r11",
        "ldrd r0, r1, [lr, #12]",
        "bfi r4, r8, #8, #8",
        "bfi r5, r9, #8, #8",
        "bfi r6, r10, #8, #8",
        "bfi r7, r11, #8, #8",
        "strh r4, [r0]",
        "strh r5, [r0, r1]",
        "strh r6, [r0, r1, lsl #1]",
        "adds r2, r0, #2",
        "add r0, r1",
        "strh r7, [r0, r1, lsl #1]",
        "str r2, [lr, #12]",
        "ldr r2, [lr, #20]",
        "subs r2, #1",
        "str r2, [lr, #20]",
        "bne 1b",
        "add sp, #4",
        "pop {{r2-r11, pc}}",
        ".purgem dim_multiply",
        ".purgem dim_finish",
    )
}

/// 18 instructions for 16 products, and 2 for every turn.
///
/// # Safety
/// A multiple of four words, at least four, can be read from `filter`, which is aligned, and from `column` up to `end`.
#[unsafe(naked)]
unsafe extern "C" fn multiply_words(column: *const u32, filter: *const u8, end: *const u32, sums: &mut [i32; 2]) {
    naked_asm!(
        instructions!(),
        ".macro dim_multiply_word weights, inputs",
        "sxtb16 r12, \\weights",
        "sxtb16 \\weights, \\weights, ror #8",
        "smlad r10, \\inputs, r12, r10",
        "smlad r11, \\inputs, \\weights, r11",
        ".endm",
        "push {{r3-r11, lr}}",
        "ldrd r10, r11, [r3]",
        "mov lr, r2",
        "1:",
        "ldm r0!, {{r2, r3, r4, r5}}",
        "ldm r1!, {{r6, r7, r8, r9}}",
        "dim_multiply_word r6, r2",
        "dim_multiply_word r7, r3",
        "dim_multiply_word r8, r4",
        "dim_multiply_word r9, r5",
        "cmp r0, lr",
        "bne 1b",
        "ldr r3, [sp]",
        "strd r10, r11, [r3]",
        "pop {{r3-r11, pc}}",
        ".purgem dim_multiply_word",
    )
}

/// As [`blocks::columns`].
pub(crate) fn columns(rows: &depthwise3x3::Rows<'_>, zero_point: i8, columns: &mut [u32]) {
    let count = columns.len() / depthwise3x3::WORDS;
    if count == 0 {
        return;
    }
    // What the loop relies on; anything else is a bug that must not become a read outside of the slices.
    let needed = (count - 1) * rows.step + depthwise3x3::CHANNELS;
    assert!(rows.values.iter().all(|row| row.len() >= needed));
    let block = Columns { rows: rows.values.map(<[i8]>::as_ptr), step: rows.step, negated: negated(zero_point), count };
    // SAFETY: each row has `count` words, of any alignment, `step` bytes apart, and `columns` six for each of them.
    unsafe { interleave(&block, columns.as_mut_ptr()) }
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

/// As [`blocks::depthwise`].
pub(crate) fn depthwise(
    columns: &[u32],
    factors: &[u32; 18],
    step: usize,
    stages: &[PairStage; 2],
    output: &mut [i8],
    stride: usize,
) {
    let Some(last) = columns.len().checked_sub(factors.len()) else { return };
    let count = (last / step + 1).min(output.len().div_ceil(stride));
    // What the loop relies on; anything else is a bug that must not become a write outside of the slice.
    assert!(count > 0 && output.len() >= (count - 1) * stride + depthwise3x3::CHANNELS);
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

/// 36 instructions for 36 products, and 48 for the rest of four outputs.
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
