//! Products of a position: four tiles and two channels in eight registers.

use core::arch::naked_asm;

use crate::kernels::scratch::winograd::{CHANNELS, Half, Sums, TILES};

/// As [`crate::kernels::portable::winograd::multiply_positions`].
pub(crate) fn multiply_positions(inputs: &[u32], weights: &[u32], half: Half, sums: &mut [Sums]) -> Option<()> {
    let positions = sums.len();
    let words = weights.len().checked_div(CHANNELS * positions)?;
    // What the loop relies on; anything else is a bug that must not become an access outside of the slices.
    let inputs = inputs.get(half.first_position() * words * TILES..)?;
    let is_whole = words >= 2 && weights.len() == positions * words * CHANNELS;
    if !is_whole || inputs.len() < positions * words * TILES {
        return None;
    }
    let sums = sums.as_mut_ptr_range();
    let block = Block {
        inputs: inputs.as_ptr(),
        weights: weights.as_ptr(),
        sums: sums.start,
        end: sums.end,
        position_bytes: words * TILES * size_of::<u32>(),
        first_turn: (words - 1) % TURN * WORD_BYTES,
    };
    // SAFETY: the lengths have been checked: `words` for each position.
    unsafe { multiply_block(&block) }
    Some(())
}

/// Words of a turn of the loop of [`multiply_block`].
const TURN: usize = 8;
/// Bytes of its instructions for a word.
const WORD_BYTES: usize = 44;

/// What [`multiply_block`] works on.
#[repr(C)]
struct Block {
    inputs: *const u32,
    weights: *const u32,
    sums: *mut Sums,
    end: *const Sums,
    position_bytes: usize,
    /// Bytes of instructions of the first turn, which may be shorter than the others.
    first_turn: usize,
}

/// 11 instructions for 16 products; for a position 7 on top of that, and 3 for every eight words.
///
/// r4 to r7 are the sums of the first channel, r8 to r11 those of the second. On the stack are the end of the inputs of
/// this position, its sums, the bytes of a position, the end of the sums, and where the first turn starts.
///
/// # Safety
/// From `sums` to `end` there is at least one position; `inputs` has `position_bytes` for each, two words or more, and
/// `weights` half as many; `first_turn` is `44 * ((words - 1) % 8)`.
#[unsafe(naked)]
unsafe extern "C" fn multiply_block(block: &Block) {
    naked_asm!(
        instructions!(),
        // A word of inputs of four tiles times one of weights of two channels.
        ".macro dim_word multiply",
        "ldrd r2, r3, [r1], #8",
        "ldm r0!, {{r12, lr}}",
        "\\multiply r4, r12, r2",
        "\\multiply r8, r12, r3",
        "\\multiply r5, lr, r2",
        "\\multiply r9, lr, r3",
        "ldm r0!, {{r12, lr}}",
        "\\multiply r6, r12, r2",
        "\\multiply r10, r12, r3",
        "\\multiply r7, lr, r2",
        "\\multiply r11, lr, r3",
        ".endm",
        ".macro dim_add sum, a, b",
        "smlad \\sum, \\a, \\b, \\sum",
        ".endm",
        "push {{r4-r11, lr}}",
        "ldm r0, {{r0, r1, r4, r5, r6, r7}}",
        "adr.w r8, 3f",
        "sub r8, r8, r7",
        "orr r8, r8, #1",
        "add r9, r0, r6",
        "sub sp, #20",
        "strd r9, r4, [sp]",
        "strd r6, r5, [sp, #8]",
        "str r8, [sp, #16]",
        "1:",
        "dim_word smuad",
        "ldr r2, [sp, #16]",
        "bx r2",
        "2:",
        ".rept 8",
        "dim_word dim_add",
        ".endr",
        "3:",
        "ldm sp, {{r2, r3, r12, lr}}",
        "cmp r0, r2",
        "bne 2b",
        "stm r3!, {{r4-r11}}",
        "add r2, r12",
        "strd r2, r3, [sp]",
        "cmp r3, lr",
        "bne 1b",
        "add sp, #20",
        "pop {{r4-r11, pc}}",
        ".purgem dim_word",
        ".purgem dim_add",
    )
}
