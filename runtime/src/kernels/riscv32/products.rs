//! Products of a position of tiles: four tiles and two channels.

use core::arch::naked_asm;

use crate::kernels::scratch::winograd::{Half, Positions, Sums};

/// As [`crate::kernels::portable::winograd::multiply_positions`].
pub(crate) fn multiply_positions(inputs: &[u32], weights: &[u32], half: Half, sums: &mut [Sums]) -> Option<()> {
    let positions = Positions::new(inputs, weights, half, sums)?;
    // SAFETY: they have been checked.
    unsafe { multiply_block(&positions) };
    Some(())
}

/// 88 instructions for 32 products, and 3 for every turn; 14 for a position.
///
/// s0 to s3 are the sums of the first channel, s4 to s7 those of the second; a0 and a1 are inputs and weights of a
/// position, t3 and t4 of a word, a2 and a3 its sums and the end of all, a4 the end of its inputs.
///
/// # Safety
/// `positions` is what [`Positions::new`] gives.
#[unsafe(naked)]
unsafe extern "C" fn multiply_block(positions: &Positions) {
    naked_asm!(
        ".option push",
        ".option arch, +m, +c",
        ".macro dim_first sum, input, weight",
        "mul \\sum, \\input, \\weight",
        ".endm",
        ".macro dim_add sum, input, weight",
        "mul t1, \\input, \\weight",
        "add \\sum, \\sum, t1",
        ".endm",
        // One half of a word of inputs of a tile times one of weights of two channels.
        ".macro dim_tile multiply, input, first, second",
        "lh t0, \\input(t3)",
        "\\multiply \\first, t0, a5",
        "\\multiply \\second, t0, a6",
        ".endm",
        ".macro dim_half multiply, inputs, weights",
        "lh a5, \\weights(t4)",
        "lh a6, \\weights + 4(t4)",
        "dim_tile \\multiply, \\inputs, s0, s4",
        "dim_tile \\multiply, \\inputs + 4, s1, s5",
        "dim_tile \\multiply, \\inputs + 8, s2, s6",
        "dim_tile \\multiply, \\inputs + 12, s3, s7",
        ".endm",
        ".macro dim_turn multiply",
        "dim_half \\multiply, 0, 0",
        "dim_half dim_add, 2, 2",
        "dim_half dim_add, 576, 144",
        "dim_half dim_add, 578, 146",
        "addi t3, t3, 1152",
        "addi t4, t4, 288",
        ".endm",
        ".macro dim_all move, base",
        "\\move s0, 0(\\base)",
        "\\move s1, 4(\\base)",
        "\\move s2, 8(\\base)",
        "\\move s3, 12(\\base)",
        "\\move s4, 16(\\base)",
        "\\move s5, 20(\\base)",
        "\\move s6, 24(\\base)",
        "\\move s7, 28(\\base)",
        ".endm",
        "addi sp, sp, -32",
        "dim_all sw, sp",
        "lw a1, 4(a0)",
        "lw a2, 8(a0)",
        "lw a3, 12(a0)",
        "lw a4, 16(a0)",
        "lw a0, 0(a0)",
        "add a4, a4, a0",
        "1:",
        "mv t3, a0",
        "mv t4, a1",
        "dim_turn dim_first",
        "beq t3, a4, 3f",
        "2:",
        "dim_turn dim_add",
        "bne t3, a4, 2b",
        "3:",
        "dim_all sw, a2",
        "addi a0, a0, 16",
        "addi a1, a1, 8",
        "addi a2, a2, 32",
        "addi a4, a4, 16",
        "bne a2, a3, 1b",
        "dim_all lw, sp",
        "addi sp, sp, 32",
        "ret",
        ".purgem dim_first",
        ".purgem dim_add",
        ".purgem dim_tile",
        ".purgem dim_half",
        ".purgem dim_turn",
        ".purgem dim_all",
        ".option pop",
    )
}
