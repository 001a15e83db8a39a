//! The transform of the inputs, of two channels in a word, as in `packed.rs` of the portable kernel.

use core::arch::naked_asm;

use crate::kernels::scratch::winograd::{POINTS, POSITIONS, TILES};

/// `B^T d` in place, of r6 to r11: 14 instructions.
macro_rules! transform {
    () => {
        ".macro dim_transform
        sub r12, r10, r8
        sub lr, r9, r7
        sub r6, r6, r8
        add r6, r12, r6, lsl #2
        sub r11, r11, r9
        sub r11, r11, lr, lsl #2
        add r7, r7, r8
        sub r8, r7, r8, lsl #1
        add r9, r9, r10
        rsb r10, r9, r10, lsl #1
        sub r7, r9, r7, lsl #2
        add r8, r10, r8, lsl #2
        add r9, r12, lr, lsl #1
        sub r10, r12, lr, lsl #1
        .endm"
    };
}

/// As [`crate::kernels::portable::winograd::transform_columns`].
pub(crate) fn transform_columns(
    pixels: [&[i8]; POINTS],
    column: usize,
    tile: usize,
    words: usize,
    inputs: &mut [u32],
) -> Option<()> {
    // What the loop relies on; anything else is a bug that must not become an access outside of the slices.
    let bytes = pixels[0].len();
    let is_whole = bytes.is_multiple_of(4) && pixels.iter().all(|pixels| pixels.len() == bytes);
    let fits = column * 2 * words + bytes <= POINTS * 2 * words && tile < TILES;
    if !is_whole || !fits || inputs.len() != POSITIONS * words * TILES {
        return None;
    }
    if bytes == 0 {
        return Some(());
    }
    let column = Column {
        pixels: pixels.map(<[i8]>::as_ptr),
        target: inputs.as_mut_ptr().wrapping_add(column * words * TILES + tile),
        row_bytes: POINTS * words * TILES * size_of::<u32>(),
        bytes,
    };
    // SAFETY: the lengths have been checked.
    unsafe { transform_column(&column) };
    Some(())
}

/// What [`transform_column`] works on.
#[repr(C)]
struct Column {
    pixels: [*const i8; POINTS],
    target: *mut u32,
    /// From a row of positions to the next.
    row_bytes: usize,
    /// Of a row of pixels.
    bytes: usize,
}

/// 83 instructions for four channels of a column. r0 to r5 are the rows; on the stack are six words of channels 1 and 3
/// of four, the target with its step, and the end of the first row.
///
/// # Safety
/// `bytes`, a multiple of four and not zero, can be read from each row, of any alignment, and every fourth of twice as
/// many bytes written to each of six rows from `target` on.
#[unsafe(naked)]
unsafe extern "C" fn transform_column(column: &Column) {
    naked_asm!(
        instructions!(),
        transform!(),
        ".macro dim_store",
        "ldrd r12, lr, [sp, #24]",
        "str r6, [r12]",
        "add r6, r12, #16",
        "str r6, [sp, #24]",
        "str r7, [r12, lr]",
        "str r8, [r12, lr, lsl #1]",
        "add r12, r12, lr",
        "add r12, r12, lr, lsl #1",
        "str r9, [r12]",
        "str r10, [r12, lr]",
        "str r11, [r12, lr, lsl #1]",
        ".endm",
        // Of two pixels the channels that come later.
        ".macro dim_odd first, second, offset",
        "eor \\first, \\first, #0x80808080",
        "eor \\second, \\second, #0x80808080",
        "uxtb16 r12, \\first, ror #8",
        "uxtb16 lr, \\second, ror #8",
        "strd r12, lr, [sp, #\\offset]",
        "uxtb16 \\first, \\first",
        "uxtb16 \\second, \\second",
        ".endm",
        "push {{r4-r11, lr}}",
        "sub sp, #36",
        "ldm r0, {{r0-r8}}",
        "strd r6, r7, [sp, #24]",
        "add r8, r0",
        "str r8, [sp, #32]",
        "1:",
        "ldr r6, [r0], #4",
        "ldr r7, [r1], #4",
        "ldr r8, [r2], #4",
        "ldr r9, [r3], #4",
        "ldr r10, [r4], #4",
        "ldr r11, [r5], #4",
        "dim_odd r6, r7, 0",
        "dim_odd r8, r9, 8",
        "dim_odd r10, r11, 16",
        "dim_transform",
        "dim_store",
        "ldrd r6, r7, [sp]",
        "ldrd r8, r9, [sp, #8]",
        "ldrd r10, r11, [sp, #16]",
        "dim_transform",
        "dim_store",
        "ldr r12, [sp, #32]",
        "cmp r0, r12",
        "bne 1b",
        "add sp, #36",
        "pop {{r4-r11, pc}}",
        ".purgem dim_transform",
        ".purgem dim_store",
        ".purgem dim_odd",
    )
}

/// As [`crate::kernels::portable::winograd::transform_rows`].
pub(crate) fn transform_rows(zero_point: i8, words: usize, inputs: &mut [u32]) -> Option<()> {
    // What the loops rely on, as above.
    let length = words * TILES;
    if length == 0 || inputs.len() != POSITIONS * length {
        return None;
    }
    // SAFETY: there are all positions, of `length` words, a multiple of four.
    unsafe { transform_all_rows(inputs.as_mut_ptr(), length * size_of::<u32>()) };
    let offset = (i32::from(zero_point) + 128) * 36;
    let position = inputs.get_mut((POINTS + 1) * length..(POINTS + 2) * length)?.as_mut_ptr_range();
    // SAFETY: as before.
    unsafe { subtract(position.start, position.end, offset.cast_unsigned() * 0x1_0001) };
    Some(())
}

/// 38 instructions for two channels of a row of a tile, and 3 for every other; r0 to r5 are its positions.
///
/// # Safety
/// `inputs` has 36 positions of `position_bytes`, a multiple of eight and not zero.
#[unsafe(naked)]
unsafe extern "C" fn transform_all_rows(inputs: *mut u32, position_bytes: usize) {
    naked_asm!(
        instructions!(),
        transform!(),
        ".macro dim_halves word, target",
        "and r12, \\word, #0x8000",
        "add \\word, \\word, r12, lsl #1",
        "str \\word, [\\target], #4",
        ".endm",
        "push {{r4-r11, lr}}",
        "sub sp, #12",
        "movs r2, #6",
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
        "ldr r6, [r0]",
        "ldr r7, [r1]",
        "ldr r8, [r2]",
        "ldr r9, [r3]",
        "ldr r10, [r4]",
        "ldr r11, [r5]",
        "dim_transform",
        "dim_halves r6, r0",
        "dim_halves r7, r1",
        "dim_halves r8, r2",
        "dim_halves r9, r3",
        "dim_halves r10, r4",
        "dim_halves r11, r5",
        ".endr",
        "ldr r12, [sp]",
        "cmp r0, r12",
        "bne 2b",
        next_row!(),
        ".purgem dim_transform",
        ".purgem dim_halves",
    )
}

/// Takes a number off both halves of every word, of four at a time.
///
/// # Safety
/// A multiple of four words, at least four, can be read and written from `words` to `end`.
#[unsafe(naked)]
unsafe extern "C" fn subtract(words: *mut u32, end: *mut u32, offset: u32) {
    naked_asm!(
        instructions!(),
        "push {{r4, r5, r6, lr}}",
        "1:",
        "ldm r0, {{r3, r4, r5, r6}}",
        "ssub16 r3, r3, r2",
        "ssub16 r4, r4, r2",
        "ssub16 r5, r5, r2",
        "ssub16 r6, r6, r2",
        "stm r0!, {{r3, r4, r5, r6}}",
        "cmp r0, r1",
        "bne 1b",
        "pop {{r4, r5, r6, pc}}",
    )
}
