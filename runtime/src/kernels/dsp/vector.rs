//! Fully connected layer: two units in two registers.

use core::arch::naked_asm;

use crate::kernels::portable::blocks;

/// As [`blocks::multiply_vector`].
#[inline]
pub(crate) fn multiply_vector(column: &[u32], filter: &[u8], bias: [i32; 2]) -> [i32; 2] {
    let words = column.len().min(filter.len() / 4);
    let whole = if filter.as_ptr().addr().is_multiple_of(4) { words & !3 } else { 0 };
    let mut sums = bias;
    let (column, last) = column.split_at_checked(whole).unwrap_or_default();
    let (filter, last_filter) = filter.split_at_checked(4 * whole).unwrap_or_default();
    if whole > 0 && column.len() == whole && filter.len() == 4 * whole {
        // SAFETY: reads `whole` words, a multiple of four, of both; both are aligned.
        unsafe { multiply_words(column.as_ptr(), filter.as_ptr(), column.as_ptr_range().end, &mut sums) };
    }
    blocks::multiply_vector(last, last_filter, sums)
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
