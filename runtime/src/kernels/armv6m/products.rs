//! Products of a position of tiles, by the registers of the blocks of paired filters.

use core::arch::naked_asm;

use crate::kernels::scratch::winograd::{Half, Positions, Sums};

/// As [`crate::kernels::portable::winograd::multiply_positions`].
pub(crate) fn multiply_positions(inputs: &[u32], weights: &[u32], half: Half, sums: &mut [Sums]) -> Option<()> {
    let positions = Positions::new(inputs, weights, half, sums)?;
    // SAFETY: they have been checked.
    unsafe { multiply_block(&positions) };
    Some(())
}

/// 64 instructions for 16 products, and 6 for every turn; 36 for a position.
///
/// r6, r8, r9 and r10 are the sums of the first channel, r7, r11, r12 and lr those of the second. On the stack are the
/// inputs and weights of this position, its sums, the end of all, the end of the inputs and the bytes of a word.
///
/// # Safety
/// `positions` is what [`Positions::new`] gives.
#[unsafe(naked)]
unsafe extern "C" fn multiply_block(positions: &Positions) {
    naked_asm!(
        // The input in r4 times the weights in r2 and r3 of two channels; the input is overwritten.
        ".macro dim_multiply first, second",
        "movs r5, r2",
        "muls r5, r4, r5",
        "add \\first, r5",
        "muls r4, r3, r4",
        "add \\second, r4",
        ".endm",
        ".macro dim_low first, second, offset",
        "ldr r4, [r0, #\\offset]",
        "sxth r4, r4",
        "dim_multiply \\first, \\second",
        ".endm",
        ".macro dim_high first, second, offset",
        "ldr r4, [r0, #\\offset]",
        "asrs r4, r4, #16",
        "dim_multiply \\first, \\second",
        ".endm",
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "ldm r0!, {{r1-r5}}",
        "adds r5, r5, r1",
        "movs r6, #72",
        "lsls r6, r6, #3",
        "push {{r1-r6}}",
        "1:",
        "ldr r0, [sp]",
        "ldr r1, [sp, #4]",
        "movs r6, #0",
        "movs r7, #0",
        "mov r8, r6",
        "mov r9, r6",
        "mov r10, r6",
        "mov r11, r6",
        "mov r12, r6",
        "mov lr, r6",
        "2:",
        "ldr r2, [r1]",
        "ldr r3, [r1, #4]",
        "sxth r2, r2",
        "sxth r3, r3",
        "dim_low r6, r7, 0",
        "dim_low r8, r11, 4",
        "dim_low r9, r12, 8",
        "dim_low r10, lr, 12",
        "ldr r2, [r1]",
        "ldr r3, [r1, #4]",
        "asrs r2, r2, #16",
        "asrs r3, r3, #16",
        "dim_high r6, r7, 0",
        "dim_high r8, r11, 4",
        "dim_high r9, r12, 8",
        "dim_high r10, lr, 12",
        "ldr r2, [sp, #20]",
        "adds r0, r0, r2",
        "adds r1, #144",
        "ldr r2, [sp, #16]",
        "cmp r0, r2",
        "bne 2b",
        "adds r2, #16",
        "str r2, [sp, #16]",
        "ldr r2, [sp, #8]",
        "stm r2!, {{r6}}",
        "mov r3, r8",
        "mov r4, r9",
        "mov r5, r10",
        "stm r2!, {{r3, r4, r5, r7}}",
        "mov r3, r11",
        "mov r4, r12",
        "mov r5, lr",
        "stm r2!, {{r3, r4, r5}}",
        "ldr r0, [sp]",
        "ldr r1, [sp, #4]",
        "adds r0, #16",
        "adds r1, #8",
        "str r0, [sp]",
        "str r1, [sp, #4]",
        "str r2, [sp, #8]",
        "ldr r3, [sp, #12]",
        "cmp r2, r3",
        "bne 1b",
        "add sp, #24",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",
        ".purgem dim_multiply",
        ".purgem dim_low",
        ".purgem dim_high",
    )
}
