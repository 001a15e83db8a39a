//! Convolution: four pixels and two channels in eight registers, all channels in one call.

use core::arch::naked_asm;

use crate::kernels::scratch::paired::PIXELS;
use crate::requantize::PairStage;

/// As [`crate::kernels::portable::blocks::tile`].
pub(crate) fn tile(
    columns: &[u32],
    filter: &[u8],
    stages: &[PairStage],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    let pairs = stages.len();
    if pairs == 0 {
        return Some(());
    }
    // What the tile relies on; anything else is a bug that must not become an access outside of the slices.
    let is_whole = !columns.is_empty() && columns.len().is_multiple_of(2 * PIXELS);
    let fits = filter.len() == pairs * columns.len() && output.len() >= (PIXELS - 1) * stride + 2 * pairs;
    if !is_whole || !fits {
        return None;
    }
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
    Some(())
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

/// 13 instructions for 16 products and 3 for every eight turns; then 86 for the rest of eight outputs.
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
