//! Convolution for the M-profile vector extension (Helium): Cortex-M55 and M85.
//!
//! `VMLADAVA` multiplies 16 pairs of int8 numbers and adds all products to a register. A paired filter is taken apart
//! by `VLD2`; inputs are int8, in the order of the filter, and their zero point is taken off by a larger bias.
//! `docs/PERFORMANCE.md` counts the loop.

#![expect(unsafe_code, reason = "instructions that Rust has no stable name for")]

use core::arch::naked_asm;

use dim_model_format::{Conv2d, Parameters};

use super::paired::{self, PIXELS};
use super::{Axis, Map, MapMut, Span};
use crate::requantize::{OutputStage, PairStage};

/// Numbers in a vector.
const LANES: usize = 16;

/// As [`paired::conv2d`], which it leaves odd numbers of channels and large factors to.
///
/// # Shapes
/// `input` `[height, width, in_channels]`, `output` `[out_height, out_width, out_channels]`.
pub(crate) fn conv2d(
    op: &Conv2d,
    parameters: &Parameters<'_>,
    input: &Map<'_>,
    output: &mut MapMut<'_>,
    scratch: &mut [u32],
) {
    if quick(op, parameters, input, output, scratch).is_none() {
        paired::conv2d(op, parameters, input, output, scratch);
    }
}

/// `None`, before anything is written, where the kernel cannot be used.
fn quick(
    op: &Conv2d,
    parameters: &Parameters<'_>,
    input: &Map<'_>,
    output: &mut MapMut<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let channels = usize::from(output.shape.channels);
    let pixels = output.values.len() / channels;
    let [height, width] = op.window.kernel.map(usize::from);
    let fan_in = height * width * usize::from(input.shape.channels);
    let length = fan_in.next_multiple_of(LANES);
    let (stages, rest) = PairStage::split(scratch, channels)?;
    let rest: &mut [i8] = bytemuck::cast_slice_mut(rest);
    let (columns, rest) = rest.split_at_mut_checked(PIXELS * length)?;
    let (last_filter, rest) = rest.split_at_mut_checked(2 * length)?;
    let window_bytes = if input.shape.channels.is_multiple_of(4) { 0 } else { length };
    let (window, _) = rest.split_at_mut_checked(window_bytes)?;
    if !channels.is_multiple_of(2) || pixels < PIXELS || !PairStage::fill(stages, parameters, output.zero_point, fan_in)
    {
        return None;
    }
    let filter_step = 2 * fan_in.next_multiple_of(4);
    for (stage, filter) in stages.iter_mut().zip(parameters.filter.chunks_exact(filter_step)) {
        for (bias, sum) in stage.bias.iter_mut().zip(sum(filter)) {
            *bias = bias.wrapping_sub(sum * i32::from(input.zero_point));
        }
    }
    // The last filter is filled up, since what is behind it is not ours to read.
    let (first, last) = parameters.filter.split_at(parameters.filter.len() - filter_step);
    last_filter.fill(0);
    copy(bytemuck::cast_slice(last), last_filter);
    columns.fill(0);
    window.fill(input.zero_point);

    let windows = Windows { axes: Axis::of(&op.window, input.shape), input, width, height, fan_in };
    let out_width = usize::from(output.shape.width);
    for start in (0..pixels).step_by(PIXELS).map(|start| start.min(pixels - PIXELS)) {
        let [mut y, mut x] = [start / out_width, start % out_width];
        for column in columns.chunks_exact_mut(length) {
            windows.load(y, x, column, window);
            x += 1;
            if x == out_width {
                [y, x] = [y + 1, 0];
            }
        }
        let target = &mut output.values[start * channels..];
        let (most, last) = stages.split_at(stages.len() - 1);
        tile(columns, first, filter_step, most, target, channels);
        let last_filter = bytemuck::cast_slice(last_filter);
        tile(columns, last_filter, last_filter.len(), last, &mut target[channels - 2..], channels);
    }
    OutputStage::new(output.zero_point, op.clamp).clamp_all(output.values);
    Some(())
}

/// The windows of a convolution.
struct Windows<'a> {
    axes: [Axis; 2],
    input: &'a Map<'a>,
    height: usize,
    width: usize,
    fan_in: usize,
}

impl Windows<'_> {
    /// Writes the inputs of output pixel `[y, x]` to `column`, in the order 0, 2, 1, 3 of every four. `window` is
    /// needed where rows do not have whole fours.
    #[inline]
    fn load(&self, y: usize, x: usize, column: &mut [i8], window: &mut [i8]) {
        let [rows, columns] = [self.axes[0].span(y), self.axes[1].span(x)];
        let whole = [rows.input.len(), columns.input.len()] == [self.height, self.width];
        let in_place = window.is_empty();
        let target = if in_place { &mut *column } else { &mut *window };
        if !whole {
            target[..self.fan_in].fill(self.input.zero_point);
        }
        self.copy_rows(&rows, &columns, target, if in_place { permute } else { copy });
        if !in_place {
            permute(&window[..self.fan_in.next_multiple_of(4)], column);
        }
    }

    #[inline]
    fn copy_rows(&self, rows: &Span, columns: &Span, target: &mut [i8], copy: impl Fn(&[i8], &mut [i8])) {
        let channels = usize::from(self.input.shape.channels);
        let pitch = self.width * channels;
        let mut start = rows.kernel_start * pitch + columns.kernel_start * channels;
        for y in rows.input.clone() {
            copy(self.input.row(y, &columns.input), &mut target[start..]);
            start += pitch;
        }
    }
}

/// Writes `values` to the start of `target`.
#[inline]
fn copy(values: &[i8], target: &mut [i8]) {
    assert!(values.len() <= target.len());
    // SAFETY: both have `values.len()` bytes.
    unsafe { copy_vectors(values.as_ptr(), target.as_mut_ptr(), values.len()) }
}

/// Writes `values`, a multiple of four, to the start of `target`, 0, 2, 1, 3 of every four.
#[inline]
fn permute(values: &[i8], target: &mut [i8]) {
    assert!(values.len() <= target.len() && values.len().is_multiple_of(4));
    // SAFETY: both have `values.len()` bytes, and the order stays inside of every four of them.
    unsafe { permute_vectors(values.as_ptr(), target.as_mut_ptr(), values.len(), &ORDER) }
}

/// Where each number of a vector comes from.
static ORDER: [u8; LANES] = [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15];

/// The sums of the weights of both channels of a filter.
fn sum(filter: &[u8]) -> [i32; 2] {
    let mut sums = [0; 2];
    // SAFETY: reads `filter.len()` bytes.
    unsafe { sum_vectors(filter.as_ptr(), filter.len(), &mut sums) };
    sums
}

/// 4 instructions for 16 numbers.
///
/// # Safety
/// `length` bytes can be read.
#[unsafe(naked)]
unsafe extern "C" fn sum_vectors(filter: *const u8, length: usize, sums: &mut [i32; 2]) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r4, lr}}",
        "vmov.i16 q1, #0x0001",
        "vmov.i16 q2, #0x0100",
        "movs r4, #0",
        "mov r12, r4",
        "wlstp.8 lr, r1, 2f",
        "1:",
        "vldrb.u8 q0, [r0], #16",
        "vmladava.s8 r4, q0, q1",
        "vmladava.s8 r12, q0, q2",
        "letp lr, 1b",
        "2:",
        "strd r4, r12, [r2]",
        "pop {{r4, pc}}",
    )
}

/// 3 instructions for 16 numbers.
///
/// # Safety
/// `length` bytes can be read and written.
#[unsafe(naked)]
unsafe extern "C" fn copy_vectors(values: *const i8, target: *mut i8, length: usize) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r7, lr}}",
        "wlstp.8 lr, r2, 2f",
        "1:",
        "vldrb.u8 q0, [r0], #16",
        "vstrb.8 q0, [r1], #16",
        "letp lr, 1b",
        "2:",
        "pop {{r7, pc}}",
    )
}

/// 4 instructions for 16 numbers.
///
/// # Safety
/// `length` bytes, a multiple of four, can be read and written.
#[unsafe(naked)]
unsafe extern "C" fn permute_vectors(values: *const i8, target: *mut i8, length: usize, order: &[u8; LANES]) {
    naked_asm!(
        ".cpu cortex-m55",
        "push {{r7, lr}}",
        "vldrb.u8 q1, [r3]",
        "wlstp.8 lr, r2, 2f",
        "1:",
        "vldrb.u8 q0, [r0, q1]",
        "adds r0, #16",
        "vstrb.8 q0, [r1], #16",
        "letp lr, 1b",
        "2:",
        "pop {{r7, pc}}",
    )
}

/// Every pair of channels of four pixels; as [`super::portable::blocks::tile`], with other columns.
///
/// # Shapes
/// `columns` `[pixels, length]`; `filter` has `2 * length` bytes, `filter_step` apart, for each of `stages`.
fn tile(columns: &[i8], filter: &[u8], filter_step: usize, stages: &[PairStage], output: &mut [i8], stride: usize) {
    let pairs = stages.len();
    let length = columns.len() / PIXELS;
    if pairs == 0 {
        return;
    }
    // What the tile relies on; anything else is a bug that must not become an access outside of the slices. The
    // caller's last filter, which may be shorter than `2 * length`, is behind `filter`.
    assert!(length.is_multiple_of(LANES) && length > 0 && filter.len() == pairs * filter_step);
    assert!(output.len() >= (PIXELS - 1) * stride + 2 * pairs);
    let column = |pixel: usize| columns[pixel * length..].as_ptr();
    let mut tile = Tile {
        first_column: column(0),
        filter: filter.as_ptr(),
        columns: [column(1), column(2), column(3)],
        stages: stages.as_ptr(),
        blocks: length / LANES,
        filter_step,
        output: output.as_mut_ptr(),
        stride,
        pairs,
    };
    // SAFETY: the lengths have been checked.
    unsafe { multiply_tile(&mut tile) }
}

/// What [`multiply_tile`] works on; it moves the pointers on.
#[repr(C)]
struct Tile {
    first_column: *const i8,
    filter: *const u8,
    columns: [*const i8; 3],
    stages: *const PairStage,
    blocks: usize,
    filter_step: usize,
    output: *mut i8,
    stride: usize,
    pairs: usize,
}

/// 16 instructions for 128 products, and 54 for the rest of eight outputs.
///
/// r0, r2, r4 and r6 are the sums of the first channel, r8, r10, r12 and lr those of the second.
///
/// # Safety
/// `blocks >= 1` vectors can be read from each column, twice as many bytes for each of `pairs >= 1` stages from
/// `filter`, `filter_step` apart; at `output` and three times `stride` behind, two bytes for each can be written.
#[unsafe(naked)]
unsafe extern "C" fn multiply_tile(tile: &mut Tile) {
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
        "sub sp, #4",
        "str r0, [sp]",
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
        "ldr r11, [r11, #24]",
        "ldrd r0, r8, [r2]",
        "mov r2, r0",
        "mov r4, r0",
        "mov r6, r0",
        "mov r10, r8",
        "mov r12, r8",
        "mov lr, r8",
        "2:",
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
        "subs r11, #1",
        "bne 2b",
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
        "add sp, #4",
        "vpop {{d8, d9}}",
        "pop {{r4-r11, pc}}",
        ".purgem dim_finish",
    )
}
