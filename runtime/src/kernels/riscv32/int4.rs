//! Products of int4 weights, two in one multiplication: four pixels and two channels, with their sums beside them.

use core::arch::naked_asm;

use crate::kernels::scratch::int4::Blocks;
use crate::kernels::scratch::paired::PIXELS;

/// As [`crate::kernels::portable::int4::multiply`].
pub(crate) fn multiply_int4(columns: &[u32], filter: &[u32], starts: &[u32]) -> Option<[[i32; PIXELS]; 2]> {
    let mut sums = [[0; PIXELS]; 2];
    for blocks in Blocks::split(columns, filter, starts)?.iter().flatten() {
        // SAFETY: they have been checked.
        unsafe { multiply_blocks(blocks, &mut sums) };
    }
    Some(sums)
}

/// 52 instructions for the 32 products of a word of the filter; 28 for a block.
///
/// s0 to s7 are what is added up in a block, s8 to s11 and t3 to t6 the sums, of the first channel, then of the second.
/// a6 and a7 are weights, t0 an input, t1 a product, t2 a word of the filter; a0 to a4 are columns, filter, where the next
/// block starts from, and the ends of columns and of the filter in this block.
///
/// # Safety
/// `blocks` is what [`Blocks::split`] gives.
#[unsafe(naked)]
unsafe extern "C" fn multiply_blocks(blocks: &Blocks, sums: &mut [[i32; PIXELS]; 2]) {
    naked_asm!(
        ".option push",
        ".option arch, +m, +c",
        // One word of a pixel times one of two channels.
        ".macro dim_multiply input, first, second",
        "lw t0, \\input(a0)",
        "mul t1, t0, a6",
        "mul t0, t0, a7",
        "add \\first, \\first, t1",
        "add \\second, \\second, t0",
        ".endm",
        ".macro dim_pixels input, weights",
        "and a6, \\weights, a5",
        "and a7, a7, a5",
        "dim_multiply \\input, s0, s4",
        "dim_multiply \\input + 4, s1, s5",
        "dim_multiply \\input + 8, s2, s6",
        "dim_multiply \\input + 12, s3, s7",
        ".endm",
        // What came out of a block.
        ".macro dim_add sum, word",
        "srai \\word, \\word, 16",
        "add \\sum, \\sum, \\word",
        ".endm",
        // Every sum: `lw` or `sw`.
        ".macro dim_sums move",
        "\\move s8, 0(a1)",
        "\\move s9, 4(a1)",
        "\\move s10, 8(a1)",
        "\\move s11, 12(a1)",
        "\\move t3, 16(a1)",
        "\\move t4, 20(a1)",
        "\\move t5, 24(a1)",
        "\\move t6, 28(a1)",
        ".endm",
        // Every register that is the caller's.
        ".macro dim_saved move",
        "\\move ra, 8(sp)",
        "\\move s0, 12(sp)",
        "\\move s1, 16(sp)",
        "\\move s2, 20(sp)",
        "\\move s3, 24(sp)",
        "\\move s4, 28(sp)",
        "\\move s5, 32(sp)",
        "\\move s6, 36(sp)",
        "\\move s7, 40(sp)",
        "\\move s8, 44(sp)",
        "\\move s9, 48(sp)",
        "\\move s10, 52(sp)",
        "\\move s11, 56(sp)",
        ".endm",
        "addi sp, sp, -64",
        "dim_saved sw",
        "dim_sums lw",
        "sw a1, 0(sp)",
        "lw a1, 4(a0)",
        "lw a2, 8(a0)",
        "lw a3, 12(a0)",
        "lw t0, 16(a0)",
        "lw a0, 0(a0)",
        "sw t0, 4(sp)",
        "li a5, 0x000f000f",
        "li ra, 0x88888888",
        "1:",
        "lw t0, 4(sp)",
        "add a4, a1, t0",
        "lw s0, 0(a2)",
        "lw s1, 4(a2)",
        "lw s2, 8(a2)",
        "lw s3, 12(a2)",
        "mv s4, s0",
        "mv s5, s1",
        "mv s6, s2",
        "mv s7, s3",
        "addi a2, a2, 16",
        "2:",
        "lw t2, 0(a1)",
        "xor t2, t2, ra",
        "srli a7, t2, 8",
        "dim_pixels 0, t2",
        "srli a6, t2, 4",
        "srli a7, t2, 12",
        "dim_pixels 16, a6",
        "addi a0, a0, 32",
        "addi a1, a1, 4",
        "bne a1, a4, 2b",
        "dim_add s8, s0",
        "dim_add s9, s1",
        "dim_add s10, s2",
        "dim_add s11, s3",
        "dim_add t3, s4",
        "dim_add t4, s5",
        "dim_add t5, s6",
        "dim_add t6, s7",
        "bne a0, a3, 1b",
        "lw a1, 0(sp)",
        "dim_sums sw",
        "dim_saved lw",
        "addi sp, sp, 64",
        "ret",
        ".purgem dim_multiply",
        ".purgem dim_pixels",
        ".purgem dim_add",
        ".purgem dim_sums",
        ".purgem dim_saved",
        ".option pop",
    )
}
