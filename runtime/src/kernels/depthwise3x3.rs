//! Depthwise convolution with kernels of 3x3, four channels of a row of output pixels at a time.
//!
//! Inputs and weights first become columns in scratch memory; [`scratch::depthwise3x3`](super::scratch::depthwise3x3)
//! describes them.

use core::ops::Range;

use dim_model_format::{Conv2d, Parameters};

use super::blocks;
use super::portable;
use super::scratch::depthwise3x3::{CHANNELS, KERNEL, Rows, WORDS};
use crate::operands::Operands;
use crate::requantize::{OutputStage, PairStage};
use crate::window::Axis;

/// As [`portable::depthwise_conv2d`], which it leaves all other kernels and channels to.
///
/// # Shapes
/// `input` `[height, width, channels]`, filter `[3, 3, channels]`, `output` `[out_height, out_width, channels]`.
pub(crate) fn depthwise_conv2d(
    op: &Conv2d,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let [input, output] = [operands.input.shape, operands.output.shape];
    let fits = op.window.kernel == [3, 3] && input.channels == output.channels && input.channels.is_multiple_of(4);
    let channels = usize::from(input.channels);
    let padded = usize::from(input.width) + usize::from(op.window.padding.left) + usize::from(op.window.padding.right);
    let Some((stages, columns)) = fits.then(|| PairStage::split(scratch, channels)).flatten() else {
        return portable::depthwise_conv2d(op, parameters, operands);
    };
    let Some((columns, _)) = columns.split_at_mut_checked(WORDS * padded) else {
        return portable::depthwise_conv2d(op, parameters, operands);
    };
    if !PairStage::fill(stages, parameters, &operands.write()?, KERNEL * KERNEL) {
        return portable::depthwise_conv2d(op, parameters, operands);
    }
    // Columns that are padding stay real zero.
    columns.fill(0);
    // All rows of four channels after those of the four before, or row after row if they would lose their inputs.
    let height = usize::from(output.height);
    let rows_at_once = if operands.channels_are_apart() { height } else { 1 };
    for start in (0..height).step_by(rows_at_once.max(1)) {
        for (first, stages) in (0..channels).step_by(CHANNELS).zip(stages.as_chunks::<2>().0) {
            let rows = start..start + rows_at_once;
            four_channels(op, parameters.filter.get(first..)?, operands, stages, rows, first, columns)?;
        }
    }
    OutputStage::new(operands, op.clamp).clamp_all(operands.write()?.values);
    Some(())
}

/// Channels from `first` on of every pixel of some rows; `filter` starts there.
#[inline(never)]
fn four_channels(
    op: &Conv2d,
    filter: &[u8],
    operands: &mut Operands<'_>,
    stages: &[PairStage; 2],
    rows: Range<usize>,
    first: usize,
    columns: &mut [u32],
) -> Option<()> {
    let [channels, width] = [operands.input.shape.channels, operands.input.shape.width].map(usize::from);
    let filter: &[i8] = bytemuck::cast_slice(filter);
    let [row0, row1, row2] = [0, 1, 2].map(|i| filter.get(i * KERNEL * channels..));
    let weights = Rows { values: [row0?, row1?, row2?], step: channels };
    let mut factors = [0; KERNEL * WORDS];
    blocks::columns(&weights, 0, &mut factors)?;

    let [vertical, _] = Axis::of(&op.window, operands.input.shape);
    let left = WORDS * usize::from(op.window.padding.left);
    let step = WORDS * usize::from(op.window.stride[1]);
    for y in rows {
        let rows = vertical.span(y);
        let (input, outputs) = operands.row(y)?;
        let row = |i: usize| input.from((rows.input.start + i) * width * channels + first);
        let outputs = outputs.get_mut(first..)?;
        let target = columns.get_mut(left..left + WORDS * width)?;
        if rows.input.len() == KERNEL {
            let values = [row(0)?, row(1)?, row(2)?];
            blocks::columns(&Rows { values, step: channels }, input.zero_point, target)?;
            blocks::depthwise(columns, &factors, step, stages, outputs, channels)?;
        } else {
            // A row that is padding has any numbers, and the weight zero.
            let inside = [0, 1, 2].map(|i| (rows.kernel_start..rows.kernel_start + rows.input.len()).contains(&i));
            let offset = |i: usize| if inside[i] { i - rows.kernel_start } else { 0 };
            let values = [row(offset(0))?, row(offset(1))?, row(offset(2))?];
            blocks::columns(&Rows { values, step: channels }, input.zero_point, target)?;
            let mut masked = [0; KERNEL * WORDS];
            mask(&factors, inside, &mut masked);
            blocks::depthwise(columns, &masked, step, stages, outputs, channels)?;
        }
    }
    Some(())
}

/// Writes the weights without those of padding rows.
fn mask(factors: &[u32; KERNEL * WORDS], inside: [bool; KERNEL], masked: &mut [u32; KERNEL * WORDS]) {
    let of = |inside: bool, bits: u32| if inside { bits } else { 0 };
    let [pair, last] = [of(inside[0], 0xffff) | of(inside[1], 0xffff_0000), of(inside[2], u32::MAX)];
    for (masked, column) in masked.as_chunks_mut::<WORDS>().0.iter_mut().zip(factors.as_chunks::<WORDS>().0) {
        let [a, b, c, d, ac, bd] = column;
        *masked = [a & pair, b & pair, c & pair, d & pair, ac & last, bd & last];
    }
}
