//! The transform of the weights: two input and two output channels at a time.

use core::arch::naked_asm;

use crate::kernels::scratch::winograd::{CHANNELS, Half, KERNEL, POSITIONS};

/// r0, r2 and r3 are rows of the kernel, r1, r4 and r5 those that come out; r9, r10 and r11 have weights of the first
/// channel, r6, r7 and r8 those of the second.
macro_rules! columns {
    () => {
        ".macro dim_columns_start
        push {{r4-r11, lr}}
        add r4, r1, r2, lsl #2
        add r5, r4, r2, lsl #2
        add lr, r0, r2
        add r3, lr, r2
        mov r2, lr
        .endm
        .macro dim_columns_load
        ldr r6, [r0], #4
        ldr r7, [r2], #4
        ldr r8, [r3], #4
        sxtb16 r9, r6
        sxtb16 r6, r6, ror #8
        sxtb16 r10, r7
        sxtb16 r7, r7, ror #8
        sxtb16 r11, r8
        sxtb16 r8, r8, ror #8
        .endm"
    };
}
/// As [`crate::kernels::portable::winograd::transform_filter`].
pub(crate) fn transform_filter(filter: &[u8], half: Half, weights: &mut [u32]) -> Option<()> {
    let row_bytes = filter.len() / KERNEL;
    let words = row_bytes / (4 * KERNEL);
    // What the loops rely on; anything else is a bug that must not become an access outside of the slices.
    let is_whole = words > 0 && words.is_multiple_of(2) && filter.len() == 4 * words * KERNEL * KERNEL;
    if !is_whole || weights.len() != POSITIONS / 2 * words * CHANNELS {
        return None;
    }
    let (filter, weights) = (filter.as_ptr(), weights.as_mut_ptr());
    // SAFETY: `filter` has three rows of `row_bytes`, and `weights` three rows of four times as many, of which the
    // first quarter, then all is written.
    unsafe {
        match half {
            Half::Upper => transform_columns_upper(filter, weights, row_bytes),
            Half::Lower => transform_columns_lower(filter, weights, row_bytes),
        }
        transform_rows(weights, words * CHANNELS * size_of::<u32>());
    }
    Some(())
}

/// The rows 1 0 0, 1 1 1 and 1 -1 1 of the matrix; 18 instructions for a column of two input and two output channels,
/// and 2 for every other.
///
/// # Safety
/// Three times `row_bytes`, a multiple of eight and not zero, can be read from `filter`, of any alignment, and nine times
/// `row_bytes` written to `weights`.
#[unsafe(naked)]
unsafe extern "C" fn transform_columns_upper(filter: *const u8, weights: *mut u32, row_bytes: usize) {
    naked_asm!(
        instructions!(),
        columns!(),
        "dim_columns_start",
        "1:",
        ".rept 2",
        "dim_columns_load",
        "strd r9, r6, [r1], #8",
        "sadd16 r9, r9, r11",
        "sadd16 r6, r6, r8",
        "sadd16 r11, r9, r10",
        "sadd16 r8, r6, r7",
        "strd r11, r8, [r4], #8",
        "ssub16 r9, r9, r10",
        "ssub16 r6, r6, r7",
        "strd r9, r6, [r5], #8",
        ".endr",
        "cmp r0, lr",
        "bne 1b",
        "pop {{r4-r11, pc}}",
        ".purgem dim_columns_start",
        ".purgem dim_columns_load",
    )
}

/// The rows 1 2 4, 1 -2 4 and 0 0 1; 24 instructions.
///
/// # Safety
/// As for [`transform_columns_upper`].
#[unsafe(naked)]
unsafe extern "C" fn transform_columns_lower(filter: *const u8, weights: *mut u32, row_bytes: usize) {
    naked_asm!(
        instructions!(),
        columns!(),
        "dim_columns_start",
        "1:",
        ".rept 2",
        "dim_columns_load",
        "strd r11, r8, [r5], #8",
        "sadd16 r11, r11, r11",
        "sadd16 r8, r8, r8",
        "sadd16 r11, r11, r11",
        "sadd16 r8, r8, r8",
        "sadd16 r9, r9, r11",
        "sadd16 r6, r6, r8",
        "sadd16 r10, r10, r10",
        "sadd16 r7, r7, r7",
        "sadd16 r11, r9, r10",
        "sadd16 r8, r6, r7",
        "strd r11, r8, [r1], #8",
        "ssub16 r9, r9, r10",
        "ssub16 r6, r6, r7",
        "strd r9, r6, [r4], #8",
        ".endr",
        "cmp r0, lr",
        "bne 1b",
        "pop {{r4-r11, pc}}",
        ".purgem dim_columns_start",
        ".purgem dim_columns_load",
    )
}

/// 26 instructions for a row of two input and two output channels, and 3 for every other; r0 to r5 are its positions.
///
/// # Safety
/// `weights` has 18 positions of `position_bytes`, a multiple of 16 and not zero.
#[unsafe(naked)]
unsafe extern "C" fn transform_rows(weights: *mut u32, position_bytes: usize) {
    naked_asm!(
        instructions!(),
        "push {{r4-r11, lr}}",
        "sub sp, #12",
        "movs r2, #3",
        "str r1, [sp, #4]",
        "str r2, [sp, #8]",
        "mov r6, r1",
        "add r1, r0, r6",
        "add r2, r1, r6",
        "add r3, r2, r6",
        "add r4, r3, r6",
        "add r5, r4, r6",
        "1:",
        "str r1, [sp]",
        "2:",
        ".rept 2",
        "ldrd r6, r7, [r0], #8",
        "ldrd r8, r9, [r1]",
        "ldrd r10, r11, [r2]",
        "sadd16 r12, r6, r10",
        "sadd16 lr, r7, r11",
        "sadd16 r12, r12, r8",
        "sadd16 lr, lr, r9",
        "strd r12, lr, [r1], #8",
        "sadd16 r8, r8, r8",
        "sadd16 r9, r9, r9",
        "ssub16 r12, r12, r8",
        "ssub16 lr, lr, r9",
        "strd r12, lr, [r2], #8",
        "strd r10, r11, [r5], #8",
        "sadd16 r10, r10, r10",
        "sadd16 r11, r11, r11",
        "sadd16 r10, r10, r10",
        "sadd16 r11, r11, r11",
        "sadd16 r6, r6, r10",
        "sadd16 r7, r7, r11",
        "sadd16 r10, r6, r8",
        "sadd16 r11, r7, r9",
        "strd r10, r11, [r3], #8",
        "ssub16 r6, r6, r8",
        "ssub16 r7, r7, r9",
        "strd r6, r7, [r4], #8",
        ".endr",
        "ldr r12, [sp]",
        "cmp r0, r12",
        "bne 2b",
        next_row!(),
    )
}
