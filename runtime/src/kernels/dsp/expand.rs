//! From int8 to 16 bits, four numbers at a time.

use core::arch::naked_asm;

use super::zero_point::negated;
use crate::kernels::portable::blocks;
use crate::kernels::scratch::paired::{PIXELS, Rows};

/// As [`blocks::expand_rows`].
pub(crate) fn expand_rows(rows: &Rows<'_>, zero_point: i8, columns: &mut [u32], column_pitch: usize) -> Option<()> {
    let Rows { values, height, pitch, length } = *rows;
    let quads = length / 4;
    // What the loop relies on; anything else is a bug that must not become an access outside of the slices.
    let reads_inside = quads > 0 && height > 0 && (height - 1) * pitch + length <= values.len();
    if !reads_inside || (height - 1) * column_pitch + (2 * quads - 1) * PIXELS >= columns.len() {
        return None;
    }
    let expansion = Expansion {
        negated: negated(zero_point),
        quads,
        height,
        value_step: pitch.wrapping_sub(4 * quads),
        column_step: (column_pitch.wrapping_sub(2 * PIXELS * quads)).wrapping_mul(size_of::<u32>()),
    };
    // SAFETY: the first and the last word that are read and written have been checked.
    unsafe { expand_block(values.as_ptr(), columns.as_mut_ptr(), &expansion) }
    Some(())
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

/// As [`blocks::expand_vector`].
pub(crate) fn expand_vector(values: &[i8], zero_point: i8, column: &mut [u32]) -> Option<()> {
    let quads = values.len() / 4;
    let (whole, rest) = values.split_at_checked(4 * quads)?;
    let (target, last) = column.split_at_mut_checked(2 * quads)?;
    if quads > 0 {
        // SAFETY: `whole` has as many words, of any alignment, as are read, and `target` twice as many.
        unsafe { expand_words(whole.as_ptr(), target.as_mut_ptr(), quads, negated(zero_point)) }
    }
    if !rest.is_empty() {
        let mut quad = [zero_point; 4];
        copy(rest, &mut quad)?;
        *last.first_chunk_mut()? = blocks::expand_quad(quad, zero_point);
    }
    Some(())
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

/// As [`blocks::copy`], for a few bytes: a call of `memcpy` takes longer.
#[inline]
pub(crate) fn copy(values: &[i8], target: &mut [i8]) -> Option<()> {
    let target = target.get_mut(..values.len())?;
    // SAFETY: both have `values.len()` bytes.
    unsafe { copy_bytes(values.as_ptr(), target.as_mut_ptr(), values.len()) }
    Some(())
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
