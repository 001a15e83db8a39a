//! Depthwise convolution with kernels of 3x3, four channels of a row of output pixels at a time.
//!
//! Of four channels and each column of three rows, the input becomes six words in scratch memory: four with rows 0 and
//! 1 of a channel, for `SMLAD`, and two with row 2 of channels 0 and 2 and of 1 and 3. The weights of the four channels
//! become words in the same order, so that an output is the product of 18 words in a row with 18 others.

use dim_model_format::{Conv2d, Parameters};

use super::blocks;
use super::{Axis, Map, MapMut, portable};
use crate::requantize::{OutputStage, PairStage};

/// Channels that are computed together.
pub(crate) const CHANNELS: usize = 4;
/// Words of one column of four channels.
pub(crate) const WORDS: usize = 6;
/// Extent of the kernel.
pub(crate) const KERNEL: usize = 3;

/// Three rows of int8 numbers, four channels of which become columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// Each from the first channel of its first column on.
    pub(crate) values: [&'a [i8]; KERNEL],
    /// From one column to the next.
    pub(crate) step: usize,
}

/// As [`portable::depthwise_conv2d`], which it leaves all other kernels and channels to.
///
/// # Shapes
/// `input` `[height, width, channels]`, filter `[3, 3, channels]`, `output` `[out_height, out_width, channels]`.
pub(crate) fn depthwise_conv2d(
    op: &Conv2d,
    parameters: &Parameters<'_>,
    input: &Map<'_>,
    output: &mut MapMut<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let fits = op.window.kernel == [3, 3]
        && input.shape.channels == output.shape.channels
        && input.shape.channels.is_multiple_of(4);
    let channels = usize::from(input.shape.channels);
    let padded =
        usize::from(input.shape.width) + usize::from(op.window.padding.left) + usize::from(op.window.padding.right);
    let Some((stages, columns)) = fits.then(|| PairStage::split(scratch, channels)).flatten() else {
        return portable::depthwise_conv2d(op, parameters, input, output);
    };
    let Some((columns, _)) = columns.split_at_mut_checked(WORDS * padded) else {
        return portable::depthwise_conv2d(op, parameters, input, output);
    };
    if !PairStage::fill(stages, parameters, output, KERNEL * KERNEL) {
        return portable::depthwise_conv2d(op, parameters, input, output);
    }
    // Columns that are padding stay real zero.
    columns.fill(0);
    for (first, stages) in (0..channels).step_by(CHANNELS).zip(stages.as_chunks::<2>().0) {
        four_channels(op, parameters.filter.get(first..)?, input, stages, output, first, columns)?;
    }
    OutputStage::new(output, op.clamp).clamp_all(output.values);
    Some(())
}

/// Channels from `first` on of every pixel; `filter` starts there.
#[inline(never)]
fn four_channels(
    op: &Conv2d,
    filter: &[u8],
    input: &Map<'_>,
    stages: &[PairStage; 2],
    output: &mut MapMut<'_>,
    first: usize,
    columns: &mut [u32],
) -> Option<()> {
    let [channels, width] = [input.shape.channels, input.shape.width].map(usize::from);
    let filter: &[i8] = bytemuck::cast_slice(filter);
    let [row0, row1, row2] = [0, 1, 2].map(|i| filter.get(i * KERNEL * channels..));
    let weights = Rows { values: [row0?, row1?, row2?], step: channels };
    let mut factors = [0; KERNEL * WORDS];
    blocks::columns(&weights, 0, &mut factors)?;

    let [vertical, _] = Axis::of(&op.window, input.shape);
    let left = WORDS * usize::from(op.window.padding.left);
    let step = WORDS * usize::from(op.window.stride[1]);
    let row_length = usize::from(output.shape.width) * channels;
    for (y, outputs) in output.values.chunks_exact_mut(row_length.max(1)).enumerate() {
        let rows = vertical.span(y);
        let row = |i: usize| input.values.get((rows.input.start + i) * width * channels + first..);
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
            blocks::depthwise(columns, &masked(factors, inside), step, stages, outputs, channels)?;
        }
    }
    Some(())
}

/// Takes the weights of padding rows away.
fn masked(mut factors: [u32; KERNEL * WORDS], inside: [bool; KERNEL]) -> [u32; KERNEL * WORDS] {
    let [low, high, last] = inside.map(|inside| if inside { u32::MAX } else { 0 });
    for column in factors.as_chunks_mut::<WORDS>().0 {
        let (pairs, singles) = column.split_at_mut(CHANNELS);
        pairs.iter_mut().for_each(|word| *word &= low & 0xffff | high << 16);
        singles.iter_mut().for_each(|word| *word &= last);
    }
    factors
}
