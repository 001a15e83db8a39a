//! Depthwise convolution: eight channels at a time, even and odd ones in one register each.

use core::arch::naked_asm;

use dim_model_format::{Conv2d, Parameters};

use crate::kernels::depthwise3x3;
use crate::operands::Operands;
use crate::requantize::{OutputStage, PairStage};
use crate::window::for_each_window;

/// Channels that are computed together.
const CHANNELS: usize = 8;

/// As [`crate::kernels::portable::depthwise_conv2d`]; leaves large factors, and channels that are no multiple of eight
/// or not as many as those of the input, to [`depthwise3x3`].
///
/// # Shapes
/// `input` `[height, width, channels]`, filter `[kernel_height, kernel_width, channels]`, `output`
/// `[out_height, out_width, channels]`.
pub(crate) fn depthwise_conv2d(
    op: &Conv2d,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let [input, output] = [operands.input.shape, operands.output.shape];
    let channels = usize::from(input.channels);
    let fits = input.channels == output.channels && channels.is_multiple_of(CHANNELS);
    let [kernel_height, kernel_width] = op.window.kernel.map(usize::from);
    let target = operands.write()?;
    let stages = PairStage::split(scratch, channels).and_then(|(stages, _)| {
        let exist = fits && PairStage::fill(stages, parameters, &target, kernel_height * kernel_width);
        exist.then_some(stages)
    });
    let Some(stages) = stages else {
        return depthwise3x3::depthwise_conv2d(op, parameters, operands, scratch);
    };
    let pitch = usize::from(input.width) * channels;
    for_each_window(&op.window, operands, |input, rows, columns, outputs| {
        let [height, width] = [rows.input.len(), columns.input.len()];
        let values = input.from(rows.input.start * pitch + columns.input.start * channels)?;
        let filter = parameters.filter.get((rows.kernel_start * kernel_width + columns.kernel_start) * channels..)?;
        // What the loop relies on; anything else is a bug that must not become an access outside of the slices.
        let reads_inside = values.len() >= (height - 1) * pitch + width * channels
            && filter.len() >= ((height - 1) * kernel_width + width) * channels;
        if !reads_inside || outputs.len() != channels {
            return None;
        }
        let mut pixel = Pixel {
            values: values.as_ptr(),
            filter: filter.as_ptr(),
            stages: stages.as_ptr(),
            output: outputs.as_mut_ptr(),
            height,
            width,
            value_step: pitch - width * channels,
            filter_step: (kernel_width - width) * channels,
            channels,
            zero_point: input.zero_point.into(),
            octets: channels / CHANNELS,
        };
        // SAFETY: the lengths have been checked; a window is never empty, and `stages` has one for two channels.
        unsafe { multiply_pixel(&mut pixel) }
        Some(())
    })?;
    OutputStage::new(operands, op.clamp).clamp_all(operands.write()?.values);
    Some(())
}

/// What [`multiply_pixel`] works on; it moves the pointers on.
#[repr(C)]
struct Pixel {
    values: *const i8,
    filter: *const u8,
    stages: *const PairStage,
    output: *mut i8,
    height: usize,
    width: usize,
    value_step: usize,
    filter_step: usize,
    channels: usize,
    zero_point: i32,
    octets: usize,
}

/// 10 instructions for eight products, and 49 for the rest of eight outputs and 6 for each row of the window.
///
/// # Safety
/// `height >= 1` rows of `width >= 1` times `channels` bytes can be read from `values` and `filter`, the steps from the
/// end of one to the next; `channels` is `8 * octets`, there are half as many stages, and as many outputs.
#[unsafe(naked)]
unsafe extern "C" fn multiply_pixel(pixel: &mut Pixel) {
    naked_asm!(
        ".cpu cortex-m55",
        ".macro dim_finish sums",
        "adds r3, #4",
        "vldrw.u32 q2, [r3, q5]",
        "adds r3, #4",
        "vldrw.u32 q3, [r3, q5]",
        "adds r3, #4",
        "vldrw.u32 q4, [r3, q5]",
        "vqrdmulh.s32 \\sums, \\sums, q2",
        "vshr.s32 q2, \\sums, #31",
        "vadd.i32 \\sums, \\sums, q3",
        "vadd.i32 \\sums, \\sums, q2",
        "vneg.s32 q4, q4",
        "vshl.s32 \\sums, \\sums, q4",
        ".endm",
        "push {{r4-r11, lr}}",
        "vpush {{d8-d11}}",
        "movs r2, #0",
        // Every second of four stages of two channels.
        "vidup.u32 q5, r2, #8",
        "vshl.i32 q5, q5, #2",
        "mov r10, r0",
        "ldrd r8, r9, [r10, #32]",
        "1:",
        "ldrd r0, r1, [r10]",
        "ldr r3, [r10, #8]",
        "vldrw.u32 q0, [r3, q5]",
        "adds r3, #4",
        "vldrw.u32 q1, [r3, q5]",
        "ldrd r6, r7, [r10, #16]",
        "ldrd r4, r5, [r10, #24]",
        "2:",
        "dls lr, r7",
        "3:",
        "vldrb.s16 q2, [r0]",
        "vldrb.s16 q3, [r1]",
        "vsub.i16 q2, q2, r9",
        "add r0, r8",
        "vmullb.s16 q4, q2, q3",
        "add r1, r8",
        "vadd.i32 q0, q0, q4",
        "vmullt.s16 q4, q2, q3",
        "vadd.i32 q1, q1, q4",
        "le lr, 3b",
        "add r0, r4",
        "add r1, r5",
        "subs r6, #1",
        "bne 2b",
        "dim_finish q0",
        "dim_finish q1",
        // Even numbers to the low halves, odd ones to the high halves, then all to bytes.
        "vqmovnb.s32 q0, q0",
        "vqmovnt.s32 q0, q1",
        "vqmovnb.s16 q0, q0",
        "adds r3, #100",
        "ldrd r0, r1, [r10]",
        "ldr r2, [r10, #12]",
        "vstrb.16 q0, [r2], #8",
        "adds r0, #8",
        "adds r1, #8",
        "strd r0, r1, [r10]",
        "strd r3, r2, [r10, #8]",
        "ldr r2, [r10, #40]",
        "subs r2, #1",
        "str r2, [r10, #40]",
        "bne 1b",
        "vpop {{d8-d11}}",
        "pop {{r4-r11, pc}}",
        ".purgem dim_finish",
    )
}
