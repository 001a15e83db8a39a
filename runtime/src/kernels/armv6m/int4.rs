//! Products of int4 weights, two in one multiplication, by the registers of the blocks of paired filters.

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

/// 14 instructions to take 8 weights out of a word, and 53 for their 32 products; 60 for a block.
///
/// r6, r8, r9 and r10 are the sums of the first channel, r7, r11, r12 and lr those of the second. On the stack are the
/// weights of a block, then columns, filter, where the next block starts from, the end of the columns, the end of the weights
/// and the sums.
///
/// # Safety
/// `blocks` is what [`Blocks::split`] gives.
#[unsafe(naked)]
unsafe extern "C" fn multiply_blocks(blocks: &Blocks, sums: &mut [[i32; PIXELS]; 2]) {
    naked_asm!(
        // One word of a pixel times those in r2 and r3 of two channels.
        ".macro dim_multiply first, second",
        "ldm r0!, {{r4}}",
        "movs r5, r2",
        "muls r5, r4, r5",
        "add \\first, r5",
        "muls r4, r3, r4",
        "add \\second, r4",
        ".endm",
        ".macro dim_word",
        "ldm r1!, {{r2, r3}}",
        "dim_multiply r6, r7",
        "dim_multiply r8, r11",
        "dim_multiply r9, r12",
        "dim_multiply r10, lr",
        ".endm",
        // What came out of a block for a channel.
        ".macro dim_add first, second, third, fourth",
        "ldm r0!, {{r1-r4}}",
        "subs r0, #16",
        "asrs \\first, \\first, #16",
        "adds r1, r1, \\first",
        "mov r5, \\second",
        "asrs r5, r5, #16",
        "adds r2, r2, r5",
        "mov r5, \\third",
        "asrs r5, r5, #16",
        "adds r3, r3, r5",
        "mov r5, \\fourth",
        "asrs r5, r5, #16",
        "adds r4, r4, r5",
        "stm r0!, {{r1-r4}}",
        ".endm",
        "push {{r4-r7, lr}}",
        "mov r4, r8",
        "mov r5, r9",
        "mov r6, r10",
        "mov r7, r11",
        "push {{r4-r7}}",
        "sub sp, #88",
        "ldm r0!, {{r2-r6}}",
        "mov r7, sp",
        "lsls r6, r6, #2",
        "adds r6, r6, r7",
        "adds r7, #64",
        "stm r7!, {{r2-r6}}",
        "str r1, [sp, #84]",
        "1:",
        "movs r3, #0x0f",
        "lsls r4, r3, #16",
        "orrs r3, r4",
        "movs r4, #0x88",
        "lsls r5, r4, #8",
        "orrs r4, r5",
        "lsls r5, r4, #16",
        "orrs r4, r5",
        "ldr r1, [sp, #68]",
        "ldr r5, [sp, #80]",
        "mov r2, sp",
        "2:",
        "ldm r1!, {{r6}}",
        "eors r6, r4",
        "movs r0, r6",
        "ands r0, r3",
        "lsrs r7, r6, #8",
        "ands r7, r3",
        "stm r2!, {{r0, r7}}",
        "lsrs r0, r6, #4",
        "ands r0, r3",
        "lsrs r6, r6, #12",
        "ands r6, r3",
        "stm r2!, {{r0, r6}}",
        "cmp r2, r5",
        "bne 2b",
        "str r1, [sp, #68]",
        "ldr r1, [sp, #72]",
        "ldm r1!, {{r2-r5}}",
        "str r1, [sp, #72]",
        "movs r6, r2",
        "movs r7, r2",
        "mov r8, r3",
        "mov r11, r3",
        "mov r9, r4",
        "mov r12, r4",
        "mov r10, r5",
        "mov lr, r5",
        "ldr r0, [sp, #64]",
        "mov r1, sp",
        "3:",
        "dim_word",
        "dim_word",
        "ldr r2, [sp, #80]",
        "cmp r1, r2",
        "bne 3b",
        "str r0, [sp, #64]",
        "ldr r0, [sp, #84]",
        "dim_add r6, r8, r9, r10",
        "dim_add r7, r11, r12, lr",
        "ldr r0, [sp, #64]",
        "ldr r1, [sp, #76]",
        "cmp r0, r1",
        "beq 4f",
        "b 1b",
        "4:",
        "add sp, #88",
        "pop {{r4-r7}}",
        "mov r8, r4",
        "mov r9, r5",
        "mov r10, r6",
        "mov r11, r7",
        "pop {{r4-r7, pc}}",
        ".purgem dim_multiply",
        ".purgem dim_word",
        ".purgem dim_add",
    )
}
