//! Four pixels and two channels in eight registers, all channels in one call.

use core::arch::naked_asm;

use super::vectors::LANES;
use crate::kernels::scratch::paired::PIXELS;
use crate::requantize::PairStage;

/// Where the windows of four pixels lie, each of them rows of whole vectors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Windows {
    /// From a pixel to the next.
    pub(super) step: usize,
    pub(super) rows: usize,
    /// At least one vector.
    pub(super) row_bytes: usize,
    /// From a row to the next.
    pub(super) pitch: usize,
}

impl Windows {
    /// One behind the other.
    pub(super) const fn columns(length: usize) -> Self {
        Self { step: length, rows: 1, row_bytes: length, pitch: length }
    }
}

/// Every pair of channels of four pixels; as [`crate::kernels::portable::blocks::tile`], with other columns.
///
/// # Shapes
/// `inputs` has all windows; `filter` has two bytes for each of a window's, `filter_step` apart, for each of `stages`.
pub(super) fn tile(
    inputs: &[i8],
    windows: Windows,
    filter: &[u8],
    filter_step: usize,
    stages: &[PairStage],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    let pairs = stages.len();
    let Windows { step, rows, row_bytes, pitch } = windows;
    if pairs == 0 {
        return Some(());
    }
    // What the tile relies on; anything else is a bug that must not become an access outside of the slices. The
    // caller's last filter, which may be shorter than those before it, is behind `filter`.
    let is_whole = row_bytes.is_multiple_of(LANES) && row_bytes > 0 && filter.len() == pairs * filter_step;
    let fits = (PIXELS - 1) * step + rows.checked_sub(1)? * pitch + row_bytes <= inputs.len();
    if !is_whole || !fits || pitch < row_bytes || output.len() < (PIXELS - 1) * stride + 2 * pairs {
        return None;
    }
    let column = |pixel: usize| inputs.as_ptr().wrapping_add(pixel * step);
    // Kernels of 3 columns are so frequent that they have a loop of their own.
    let turn = if row_bytes.is_multiple_of(3 * LANES) { 3 } else { 1 };
    let mut tile = Tile {
        first_column: column(0),
        filter: filter.as_ptr(),
        columns: [column(1), column(2), column(3)],
        stages: stages.as_ptr(),
        blocks: row_bytes / (turn * LANES),
        filter_step,
        output: output.as_mut_ptr(),
        stride,
        pairs,
        next_row: pitch - row_bytes,
        filter_bytes: 2 * rows * row_bytes,
    };
    // SAFETY: the lengths have been checked.
    unsafe {
        match turn {
            3 => multiply_tile::<3>(&mut tile),
            _ => multiply_tile::<1>(&mut tile),
        }
    }
    Some(())
}

/// What [`multiply_tile`] works on; it moves the pointers on.
#[repr(C)]
struct Tile {
    first_column: *const i8,
    filter: *const u8,
    columns: [*const i8; 3],
    stages: *const PairStage,
    /// Turns of the loop in a row.
    blocks: usize,
    filter_step: usize,
    output: *mut i8,
    stride: usize,
    pairs: usize,
    /// From the end of a row to the start of the next.
    next_row: usize,
    filter_bytes: usize,
}

/// 14 instructions for 128 products, 2 for a turn of the loop with so many `VECTORS`, 10 for a row but the last, and 57 for the rest of eight outputs.
///
/// r0, r2, r4 and r6 are the sums of the first channel, r8, r10, r12 and lr those of the second. On the stack are the tile,
/// the end of the filter, the step to the next row and the turns of one.
///
/// # Safety
/// `blocks >= 1` times `VECTORS` can be read from each column and from each of its rows, `filter_bytes`, twice as many bytes as all
/// of them, for each of `pairs >= 1` stages from `filter`, `filter_step` apart; at `output` and three times `stride` behind, two bytes for each can be written.
#[unsafe(naked)]
unsafe extern "C" fn multiply_tile<const VECTORS: usize>(tile: &mut Tile) {
    naked_asm!(
        ".cpu cortex-m55",
        // From sums to int8: multiplier, addend, shift.
        ".macro dim_finish sums, multiplier, addend, shift",
        "vqrdmulh.s32 \\sums, \\sums, \\multiplier",
        "vshr.s32 q2, \\sums, #31",
        "vadd.i32 \\sums, \\sums, \\addend",
        "vadd.i32 \\sums, \\sums, q2",
        "rsb \\shift, \\shift, #0",
        "vshl.s32 \\sums, \\shift",
        "vqmovnb.s32 \\sums, \\sums",
        "vqmovnb.s16 \\sums, \\sums",
        ".endm",
        "push {{r4-r11, lr}}",
        "vpush {{d8, d9}}",
        "sub sp, #16",
        "str r0, [sp]",
        "ldr r1, [r0, #44]",
        "ldr r2, [r0, #24]",
        "strd r1, r2, [sp, #8]",
        "ldr r1, [r0, #36]",
        "movs r2, #0",
        "vidup.u32 q4, r2, #1",
        "vmul.i32 q4, q4, r1",
        "1:",
        "ldr r11, [sp]",
        "ldr r2, [r11, #20]",
        "ldrd r1, r3, [r11]",
        "ldrd r5, r7, [r11, #8]",
        "ldr r9, [r11, #16]",
        "ldr r0, [r11, #48]",
        "add r0, r3",
        "str r0, [sp, #4]",
        "ldr r11, [r11, #24]",
        "ldrd r0, r8, [r2]",
        "mov r2, r0",
        "mov r4, r0",
        "mov r6, r0",
        "mov r10, r8",
        "mov r12, r8",
        "mov lr, r8",
        "2:",
        ".rept {vectors}",
        "vld20.8 {{q0, q1}}, [r3]",
        "vld21.8 {{q0, q1}}, [r3]!",
        "vldrb.u8 q2, [r1], #16",
        "vldrb.u8 q3, [r5], #16",
        "vmladava.s8 r0, q2, q0",
        "vmladava.s8 r8, q2, q1",
        "vldrb.u8 q2, [r7], #16",
        "vmladava.s8 r2, q3, q0",
        "vmladava.s8 r10, q3, q1",
        "vldrb.u8 q3, [r9], #16",
        "vmladava.s8 r4, q2, q0",
        "vmladava.s8 r12, q2, q1",
        "vmladava.s8 r6, q3, q0",
        "vmladava.s8 lr, q3, q1",
        ".endr",
        "subs r11, #1",
        "bne 2b",
        "ldr r11, [sp, #4]",
        "cmp r3, r11",
        "beq 3f",
        "ldr r11, [sp, #8]",
        "add r1, r11",
        "add r5, r11",
        "add r7, r11",
        "add r9, r11",
        "ldr r11, [sp, #12]",
        "b 2b",
        "3:",
        "vmov q0[2], q0[0], r0, r4",
        "vmov q0[3], q0[1], r2, r6",
        "vmov q1[2], q1[0], r8, r12",
        "vmov q1[3], q1[1], r10, lr",
        "ldr r11, [sp]",
        "ldr r1, [r11, #20]",
        "adds r1, #8",
        "ldm r1!, {{r2-r7}}",
        "str r1, [r11, #20]",
        "dim_finish q0, r2, r3, r4",
        "dim_finish q1, r5, r6, r7",
        "ldrd r0, r1, [r11, #28]",
        "vstrb.32 q0, [r1, q4]",
        "adds r1, #1",
        "vstrb.32 q1, [r1, q4]",
        "adds r1, #1",
        "str r1, [r11, #32]",
        "ldr r2, [r11, #4]",
        "add r2, r0",
        "str r2, [r11, #4]",
        "ldr r2, [r11, #40]",
        "subs r2, #1",
        "str r2, [r11, #40]",
        "bne 1b",
        "add sp, #16",
        "vpop {{d8, d9}}",
        "pop {{r4-r11, pc}}",
        ".purgem dim_finish",
        vectors = const VECTORS,
    )
}
