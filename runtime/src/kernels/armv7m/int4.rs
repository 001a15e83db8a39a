//! Products of int4 weights, two in one multiplication: four pixels and two channels in eight registers.

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

/// 9 instructions to take 8 weights out of a word, and 25 for their 32 products; 27 for a block.
///
/// r4 to r7 are the sums of the first channel, r8 to r11 those of the second. On the stack are the weights of a block, then
/// the filter, where the next block starts from, the end of the columns, the end of the weights and the sums.
///
/// # Safety
/// `blocks` is what [`Blocks::split`] gives.
#[unsafe(naked)]
unsafe extern "C" fn multiply_blocks(blocks: &Blocks, sums: &mut [[i32; PIXELS]; 2]) {
    naked_asm!(
        // One word of four pixels times one of two channels.
        ".macro dim_word",
        "ldrd r2, r3, [r1], #8",
        "ldrd r12, lr, [r0], #8",
        "mla r4, r12, r2, r4",
        "mla r8, r12, r3, r8",
        "mla r5, lr, r2, r5",
        "mla r9, lr, r3, r9",
        "ldrd r12, lr, [r0], #8",
        "mla r6, r12, r2, r6",
        "mla r10, r12, r3, r10",
        "mla r7, lr, r2, r7",
        "mla r11, lr, r3, r11",
        ".endm",
        // What came out of a block for a channel.
        ".macro dim_add first, second, third, fourth",
        "ldm r1, {{r2, r3, r12, lr}}",
        "add r2, r2, \\first, asr #16",
        "add r3, r3, \\second, asr #16",
        "add r12, r12, \\third, asr #16",
        "add lr, lr, \\fourth, asr #16",
        "stm r1!, {{r2, r3, r12, lr}}",
        ".endm",
        "push {{r4-r11, lr}}",
        "sub sp, #84",
        "ldm r0, {{r0, r2, r3, r4, r5}}",
        "add r5, sp, r5, lsl #2",
        "strd r2, r3, [sp, #64]",
        "strd r4, r5, [sp, #72]",
        "str r1, [sp, #80]",
        "1:",
        "ldrd r1, r10, [sp, #64]",
        "ldr r5, [sp, #76]",
        "mov r2, sp",
        "mov r3, #0x000f000f",
        "2:",
        "ldr r4, [r1], #4",
        "eor r4, r4, #0x88888888",
        "and r6, r3, r4",
        "and r7, r3, r4, lsr #8",
        "and r8, r3, r4, lsr #4",
        "and r9, r3, r4, lsr #12",
        "stm r2!, {{r6-r9}}",
        "cmp r2, r5",
        "bne 2b",
        "ldm r10!, {{r4-r7}}",
        "strd r1, r10, [sp, #64]",
        "mov r1, sp",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "3:",
        "dim_word",
        "dim_word",
        "ldr r2, [sp, #76]",
        "cmp r1, r2",
        "bne 3b",
        "ldr r1, [sp, #80]",
        "dim_add r4, r5, r6, r7",
        "dim_add r8, r9, r10, r11",
        "ldr r2, [sp, #72]",
        "cmp r0, r2",
        "bne 1b",
        "add sp, #84",
        "pop {{r4-r11, pc}}",
        ".purgem dim_word",
        ".purgem dim_add",
    )
}
