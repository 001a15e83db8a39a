//! The transform of the sums, and the outputs.

use core::arch::naked_asm;

use crate::kernels::portable;
use crate::kernels::scratch::winograd::{OUTPUTS, POINTS, POSITIONS, Sums, TILES, Tile};
use crate::requantize::PairStage;

/// `A^T m` in place, the outputs in a, d, b and f: 12 instructions.
macro_rules! transform {
    () => {
        ".macro dim_transform a, b, c, d, e, f, temporary
        add \\temporary, \\b, \\c
        sub \\c, \\b, \\c
        add \\b, \\d, \\e
        sub \\e, \\d, \\e
        add \\a, \\a, \\a, lsl #1
        add \\a, \\b, \\a, lsl #1
        sub \\a, \\a, \\temporary, lsl #2
        sub \\b, \\b, \\temporary
        sub \\d, \\e, \\c, lsl #1
        add \\f, \\f, \\f, lsl #1
        add \\f, \\f, \\e
        rsb \\f, \\c, \\f, lsl #1
        .endm"
    };
}

/// As [`portable::winograd::transform_sums`], which it leaves tiles to that the output has only parts of.
pub(crate) fn transform_sums(
    sums: &mut [Sums; POSITIONS],
    stage: &PairStage,
    tiles: &[Tile; TILES],
    output: &mut [i8],
    pitch: usize,
    stride: usize,
) -> Option<()> {
    // What the loops rely on: all pixels of both channels can be written.
    let last_pixel = (OUTPUTS - 1) * (pitch + stride);
    let fits = |tile: &Tile| [tile.height, tile.width] == [OUTPUTS; 2] && tile.start + last_pixel + 1 < output.len();
    if !tiles.iter().all(fits) {
        return portable::winograd::transform_sums(sums, stage, tiles, output, pitch, stride);
    }
    // What is added at `[1, 1]` comes out in every output, divided by 36.
    for (sums, bias) in sums[POINTS + 1].as_chunks_mut::<TILES>().0.iter_mut().zip(stage.bias) {
        let bias = bias.wrapping_mul(36);
        sums.iter_mut().for_each(|sum| *sum = sum.wrapping_add(bias));
    }
    let sums = sums.as_mut_ptr().cast::<i32>();
    // SAFETY: `sums` has all positions.
    unsafe { transform_columns(sums) };
    for (o, channel) in stage.channels.iter().enumerate() {
        let block = Block {
            sums: sums.wrapping_add(o * TILES),
            multiplier: channel.multiplier,
            addend: channel.addend,
            right: channel.right,
            stride,
            next_row: pitch - stride,
            outputs: tiles.each_ref().map(|tile| output.as_mut_ptr().wrapping_add(tile.start + o)),
        };
        // SAFETY: `sums` has the first four rows of positions of four tiles, and the outputs have been checked.
        unsafe { transform_rows(&block) };
    }
    Some(())
}

/// What [`transform_rows`] works on, of one channel.
#[repr(C)]
struct Block {
    sums: *const i32,
    multiplier: i32,
    addend: i32,
    right: u32,
    stride: usize,
    /// From the second pixel of a row to the first one of the next.
    next_row: usize,
    outputs: [*mut i8; TILES],
}

/// 71 instructions for four columns.
///
/// # Safety
/// `sums` has 36 positions of eight words.
#[unsafe(naked)]
unsafe extern "C" fn transform_columns(sums: *mut i32) {
    naked_asm!(
        instructions!(),
        transform!(),
        "push {{r4-r11, lr}}",
        "add r1, r0, #192",
        "str r1, [sp, #-4]!",
        "1:",
        ".rept 2",
        "ldrd r1, r2, [r0]",
        "ldrd r3, r4, [r0, #192]",
        "ldrd r5, r6, [r0, #384]",
        "ldrd r7, r8, [r0, #576]",
        "ldrd r9, r10, [r0, #768]",
        "ldrd r11, r12, [r0, #960]",
        "dim_transform r1, r3, r5, r7, r9, r11, lr",
        "dim_transform r2, r4, r6, r8, r10, r12, lr",
        "strd r7, r8, [r0, #192]",
        "strd r3, r4, [r0, #384]",
        "strd r11, r12, [r0, #576]",
        "strd r1, r2, [r0], #8",
        ".endr",
        "ldr lr, [sp]",
        "cmp r0, lr",
        "bne 1b",
        "add sp, #4",
        "pop {{r4-r11, pc}}",
        ".purgem dim_transform",
    )
}

/// 53 instructions for four outputs. Twice the sum of a [`ChannelStage`](crate::requantize::ChannelStage) is what one shift
/// less gives.
///
/// # Safety
/// Every eighth of 192 words can be read from `sums` and the three words behind it, and four times four bytes, the stated
/// steps apart, written to each of the outputs.
#[unsafe(naked)]
unsafe extern "C" fn transform_rows(block: &Block) {
    naked_asm!(
        instructions!(),
        transform!(),
        ".macro dim_finish value, shift",
        "mul \\value, \\value, lr",
        "asr \\value, \\value, #\\shift - 1",
        "smmulr \\value, \\value, r2",
        "add r10, r3, \\value, asr #31",
        "add \\value, \\value, r10",
        "asr \\value, \\value, r12",
        "ssat \\value, #8, \\value",
        ".endm",
        ".macro dim_row offset, shift",
        "ldr r4, [r0, #\\offset]",
        "ldr r5, [r0, #\\offset + 32]",
        "ldr r6, [r0, #\\offset + 64]",
        "ldr r7, [r0, #\\offset + 96]",
        "ldr r8, [r0, #\\offset + 128]",
        "ldr r9, [r0, #\\offset + 160]",
        "dim_transform r4, r5, r6, r7, r8, r9, r10",
        "dim_finish r4, \\shift + 3",
        "dim_finish r7, \\shift + 2",
        "dim_finish r5, \\shift + 1",
        "dim_finish r9, \\shift + 1",
        "strb r4, [r1]",
        "strb r7, [r1, r11]",
        "add r1, r11",
        "strb r5, [r1, r11]",
        "strb r9, [r1, r11, lsl #1]",
        ".endm",
        ".macro dim_next_row",
        "ldr r10, [sp]",
        "add r1, r10",
        ".endm",
        "push {{r4-r11, lr}}",
        "ldm r0!, {{r1, r2, r3, r4, r11, r12}}",
        "add r5, r0, #16",
        // The step to the next row, and of the outputs this one and the end.
        "sub sp, #12",
        "str r12, [sp]",
        "strd r0, r5, [sp, #4]",
        "mov r12, r4",
        "mov r0, r1",
        "movw lr, #0x8e39",
        "movt lr, #0x38e3",
        "1:",
        "ldr r10, [sp, #4]",
        "ldr r1, [r10], #4",
        "str r10, [sp, #4]",
        "dim_row 0, 3",
        "dim_next_row",
        "dim_row 192, 2",
        "dim_next_row",
        "dim_row 384, 1",
        "dim_next_row",
        "dim_row 576, 1",
        "adds r0, #4",
        "ldrd r10, r4, [sp, #4]",
        "cmp r10, r4",
        "bne 1b",
        "add sp, #12",
        "pop {{r4-r11, pc}}",
        ".purgem dim_transform",
        ".purgem dim_finish",
        ".purgem dim_row",
        ".purgem dim_next_row",
    )
}
