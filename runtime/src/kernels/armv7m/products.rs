//! Products of a position of tiles: four tiles and two channels in eight registers.

use core::arch::naked_asm;

use crate::kernels::scratch::winograd::{Half, Positions, Sums};

/// As [`crate::kernels::portable::winograd::multiply_positions`].
pub(crate) fn multiply_positions(inputs: &[u32], weights: &[u32], half: Half, sums: &mut [Sums]) -> Option<()> {
    let positions = Positions::new(inputs, weights, half, sums)?;
    // SAFETY: they have been checked.
    unsafe { multiply_block(&positions) };
    Some(())
}

/// 56 instructions for 32 products, and 5 for every turn; 13 for a position.
///
/// r4 to r7 are the sums of the first channel, r8 to r11 those of the second. On the stack are the end of the inputs,
/// inputs and weights of this position, its sums and the end of all.
///
/// # Safety
/// `positions` is what [`Positions::new`] gives.
#[unsafe(naked)]
unsafe extern "C" fn multiply_block(positions: &Positions) {
    naked_asm!(
        // One half of a word of inputs of four tiles times one of weights of two channels.
        ".macro dim_half multiply, inputs, weights",
        "ldrsh r2, [r1, #\\weights]",
        "ldrsh r3, [r1, #\\weights + 4]",
        "ldrsh r12, [r0, #\\inputs]",
        "ldrsh lr, [r0, #\\inputs + 4]",
        "\\multiply r4, r12, r2",
        "\\multiply r8, r12, r3",
        "\\multiply r5, lr, r2",
        "\\multiply r9, lr, r3",
        "ldrsh r12, [r0, #\\inputs + 8]",
        "ldrsh lr, [r0, #\\inputs + 12]",
        "\\multiply r6, r12, r2",
        "\\multiply r10, r12, r3",
        "\\multiply r7, lr, r2",
        "\\multiply r11, lr, r3",
        ".endm",
        ".macro dim_add sum, a, b",
        "mla \\sum, \\a, \\b, \\sum",
        ".endm",
        ".macro dim_turn multiply",
        "dim_half \\multiply, 0, 0",
        "dim_half dim_add, 2, 2",
        "dim_half dim_add, 576, 144",
        "dim_half dim_add, 578, 146",
        "add r0, #1152",
        "add r1, #288",
        "ldr r2, [sp]",
        "cmp r0, r2",
        ".endm",
        "push {{r4-r11, lr}}",
        "ldm r0, {{r0-r4}}",
        "sub sp, #20",
        "add r4, r0",
        "str r4, [sp]",
        "strd r0, r1, [sp, #4]",
        "strd r2, r3, [sp, #12]",
        "1:",
        "dim_turn mul",
        "beq 3f",
        "2:",
        "dim_turn dim_add",
        "bne 2b",
        "3:",
        "ldr r2, [sp, #12]",
        "stm r2!, {{r4-r11}}",
        "ldm sp, {{r3, r4, r5}}",
        "adds r3, #16",
        "add r0, r4, #16",
        "add r1, r5, #8",
        "str r3, [sp]",
        "strd r0, r1, [sp, #4]",
        "str r2, [sp, #12]",
        "ldr r3, [sp, #16]",
        "cmp r2, r3",
        "bne 1b",
        "add sp, #20",
        "pop {{r4-r11, pc}}",
        ".purgem dim_half",
        ".purgem dim_add",
        ".purgem dim_turn",
    )
}
