//! The transform of the weights of tiles. The compiler reloads every pointer from the stack.

use core::arch::naked_asm;

use crate::kernels::scratch::winograd::{CHANNELS, Half, KERNEL, POSITIONS};

/// As [`crate::kernels::portable::winograd::transform_filter`].
pub(crate) fn transform_filter(filter: &[u8], half: Half, weights: &mut [u32]) -> Option<()> {
    let taps: &[u32] = bytemuck::try_cast_slice(filter).ok()?;
    let words = taps.len() / (KERNEL * KERNEL);
    // What the loops rely on; anything else is a bug that must not become an access outside of the slices.
    let is_whole = words > 0 && taps.len() == words * KERNEL * KERNEL;
    if !is_whole || weights.len() != POSITIONS / 2 * CHANNELS * words {
        return None;
    }
    let row_bytes = KERNEL * words * size_of::<u32>();
    let weights = weights.as_mut_ptr_range();
    for column in 0..KERNEL {
        let taps = taps.as_ptr().wrapping_add(column * words);
        let (end, target) = (taps.wrapping_add(words), weights.start.wrapping_add(column * CHANNELS));
        // SAFETY: there are `words` taps from `taps` on and in the rows below, and as many blocks of weights.
        unsafe {
            match half {
                Half::Upper => transform_column_upper(taps, row_bytes, target, end),
                Half::Lower => transform_column_lower(taps, row_bytes, target, end),
            }
        }
    }
    // SAFETY: `weights` has three rows for each word.
    unsafe { transform_rows(weights.start, weights.end) };
    Some(())
}

/// All of a column but `dim_rows`, which combines three rows in r2 to r4 after `dim_signed` and stores them.
///
/// r0 and r1 are the taps and the step to the row below, r7 the target; r8 to r10 are what widens bytes, r11 two steps,
/// r12 the end.
macro_rules! columns {
    () => {
        ".macro dim_column
        push {{r4-r7, lr}}
        mov r4, r8
        mov r5, r9
        mov r6, r10
        mov r7, r11
        push {{r4-r7}}
        sub sp, #12
        mov r7, r2
        mov r12, r3
        lsls r3, r1, #1
        mov r11, r3
        movs r4, #0x80
        lsls r5, r4, #16
        orrs r4, r5
        mov r10, r4
        lsls r5, r4, #8
        orrs r5, r4
        mov r8, r5
        movs r4, #0xff
        lsls r5, r4, #16
        orrs r4, r5
        mov r9, r4
        1:
        mov r5, r11
        ldr r2, [r0]
        ldr r3, [r0, r1]
        ldr r4, [r0, r5]
        mov r5, r8
        eors r2, r5
        eors r3, r5
        eors r4, r5
        mov r6, r9
        lsrs r5, r2, #8
        ands r5, r6
        str r5, [sp]
        lsrs r5, r3, #8
        ands r5, r6
        str r5, [sp, #4]
        lsrs r5, r4, #8
        ands r5, r6
        str r5, [sp, #8]
        ands r2, r6
        ands r3, r6
        ands r4, r6
        dim_rows 0
        ldr r2, [sp]
        ldr r3, [sp, #4]
        ldr r4, [sp, #8]
        dim_rows 4
        adds r0, #4
        adds r7, #144
        cmp r0, r12
        bne 1b
        add sp, #12
        pop {{r4-r7}}
        mov r8, r4
        mov r9, r5
        mov r10, r6
        mov r11, r7
        pop {{r4-r7, pc}}
        .purgem dim_signed
        .purgem dim_rows
        .purgem dim_column
        .endm
        .macro dim_signed
        mov r5, r10
        subs r2, r2, r5
        subs r3, r3, r5
        subs r4, r4, r5
        .endm"
    };
}

/// The rows 1 0 0, 1 1 1 and 1 -1 1 of the matrix; 48 instructions for a column of two input and two output channels.
///
/// # Safety
/// From `taps` to `end` there are words, at least one, so are there `row_bytes` and two times as many behind, and for each
/// of them 144 bytes from `target` on.
#[unsafe(naked)]
unsafe extern "C" fn transform_column_upper(taps: *const u32, row_bytes: usize, target: *mut u32, end: *const u32) {
    naked_asm!(
        columns!(),
        ".macro dim_rows offset",
        "dim_signed",
        "str r2, [r7, #\\offset]",
        "adds r2, r2, r4",
        "adds r4, r2, r3",
        "str r4, [r7, #\\offset + 48]",
        "subs r2, r2, r3",
        "str r2, [r7, #\\offset + 96]",
        ".endm",
        "dim_column",
    )
}

/// The rows 1 2 4, 1 -2 4 and 0 0 1; 52 instructions.
///
/// # Safety
/// As for [`transform_column_upper`].
#[unsafe(naked)]
unsafe extern "C" fn transform_column_lower(taps: *const u32, row_bytes: usize, target: *mut u32, end: *const u32) {
    naked_asm!(
        columns!(),
        ".macro dim_rows offset",
        "dim_signed",
        "str r4, [r7, #\\offset + 96]",
        "lsls r4, r4, #2",
        "adds r2, r2, r4",
        "lsls r3, r3, #1",
        "adds r4, r2, r3",
        "str r4, [r7, #\\offset]",
        "subs r2, r2, r3",
        "str r2, [r7, #\\offset + 48]",
        ".endm",
        "dim_column",
    )
}

/// 31 instructions for a row of two input channels and one output channel; r6 is `2^15`.
///
/// # Safety
/// Rows of 48 bytes, at least one, lie between `row` and `end`.
#[unsafe(naked)]
unsafe extern "C" fn transform_rows(row: *mut u32, end: *mut u32) {
    naked_asm!(
        // From packed numbers to halves of a word.
        ".macro dim_store word, offset",
        "adds r5, \\word, r6",
        "eors r5, r6",
        "str r5, [r7, #\\offset]",
        ".endm",
        ".macro dim_row offset",
        "ldr r2, [r7, #\\offset]",
        "ldr r3, [r7, #\\offset + 8]",
        "ldr r4, [r7, #\\offset + 16]",
        "dim_store r2, \\offset",
        "dim_store r4, \\offset + 40",
        "adds r0, r2, r4",
        "adds r5, r0, r3",
        "dim_store r5, \\offset + 8",
        "subs r5, r0, r3",
        "dim_store r5, \\offset + 16",
        "lsls r4, r4, #2",
        "adds r2, r2, r4",
        "lsls r3, r3, #1",
        "adds r5, r2, r3",
        "dim_store r5, \\offset + 24",
        "subs r5, r2, r3",
        "dim_store r5, \\offset + 32",
        ".endm",
        "push {{r4-r7, lr}}",
        "mov r7, r0",
        "movs r6, #1",
        "lsls r6, r6, #15",
        "1:",
        "dim_row 0",
        "dim_row 4",
        "adds r7, #48",
        "cmp r7, r1",
        "bne 1b",
        "pop {{r4-r7, pc}}",
        ".purgem dim_store",
        ".purgem dim_row",
    )
}
