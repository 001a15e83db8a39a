//! Convolution: four pixels and two channels at a time, on windows of int8 numbers in the order of the filter.

use dim_model_format::{Conv2d, FilterLayout, Parameters};

use super::band::Band;
use super::int4_tile::int4_tile;
use super::tile::{self, tile};
use super::vectors::{LANES, copy, is_aligned, permute, sum};
use crate::kernels::paired::{self, Weights, int4};
use crate::kernels::scratch::paired::PIXELS;
use crate::operands::{Map, Operands};
use crate::requantize::{OutputStage, PairStage};
use crate::window::{Axis, Span};

/// As [`paired::conv2d`], which it leaves odd numbers of channels, large factors and files to that lie anywhere.
///
/// # Shapes
/// `input` `[height, width, in_channels]`, `output` `[out_height, out_width, out_channels]`.
pub(crate) fn conv2d(
    op: &Conv2d,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    quick(op, layout, parameters, operands, scratch)
        .or_else(|| paired::conv2d(op, layout, parameters, operands, scratch))
}

/// `None` where the kernel cannot be used, before anything is written.
fn quick(
    op: &Conv2d,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let input = operands.input;
    let zero_point = input.quantization.zero_point;
    let [out_width, channels] = [operands.output.shape.width, operands.output.shape.channels].map(usize::from);
    let output = operands.write()?;
    let pixels = output.values.len() / channels.max(1);
    let [height, width] = op.window.kernel.map(usize::from);
    let fan_in = height * width * usize::from(input.shape.channels);
    let length = fan_in.next_multiple_of(LANES);
    let (stages, rest) = PairStage::split(scratch, channels)?;
    let (whole_filter, rest) = rest.split_at_mut_checked(2 * length / size_of::<u32>())?;
    let rest: &mut [i8] = bytemuck::cast_slice_mut(rest);
    if !channels.is_multiple_of(2)
        || !is_aligned(parameters.filter)
        || pixels < PIXELS
        || !PairStage::fill(stages, parameters, &output, fan_in)
    {
        return None;
    }
    let filter_step = Weights::new(layout, whole_filter).pair_bytes(2 * fan_in.next_multiple_of(4));
    for (stage, filter) in stages.iter_mut().zip(parameters.filter.chunks_exact(filter_step.max(1))) {
        for (bias, sum) in stage.bias.iter_mut().zip(sum(Weights::new(layout, whole_filter).pair(filter)?)) {
            *bias = bias.wrapping_sub(sum * i32::from(zero_point));
        }
    }
    if let Some(band) = Band::new(op, operands, rest) {
        band.run(layout, parameters.filter, whole_filter, stages, operands)?;
        OutputStage::new(operands, op.clamp).clamp_all(operands.write()?.values);
        return Some(());
    }
    let (columns, rest) = rest.split_at_mut_checked(PIXELS * length)?;
    let window_bytes = if input.shape.channels.is_multiple_of(4) { 0 } else { length };
    let (window, _) = rest.split_at_mut_checked(window_bytes)?;
    // A filter of whole vectors: of int4 weights each in turn is unpacked to it, of others it is the last one, since
    // what is behind that is not ours to read.
    let whole_filter: &mut [u8] = bytemuck::cast_slice_mut(whole_filter);
    whole_filter.fill(0);
    let (first, last) = parameters.filter.split_at_checked(parameters.filter.len().checked_sub(filter_step)?)?;
    if layout != FilterLayout::Int4 {
        copy(bytemuck::cast_slice(last), bytemuck::cast_slice_mut(whole_filter))?;
    }
    columns.fill(0);
    window.fill(zero_point);

    let axes = Axis::of(&op.window, input.shape);
    for start in (0..pixels).step_by(PIXELS).map(|start| start.min(pixels - PIXELS)) {
        let windows = Windows { axes, input: &operands.read()?, width, height, fan_in };
        let [mut y, mut x] = [start / out_width.max(1), start % out_width.max(1)];
        for column in columns.chunks_exact_mut(length.max(1)) {
            windows.load(y, x, column, window)?;
            x += 1;
            if x == out_width {
                [y, x] = [y + 1, 0];
            }
        }
        let target = operands.write()?.values.get_mut(start * channels..)?;
        let columns = (&*columns, tile::Windows::columns(length));
        if int4::INT4 && layout == FilterLayout::Int4 {
            int4_tile(columns, parameters.filter, filter_step, whole_filter, stages, target)?;
        } else {
            let (last, most) = stages.split_last()?;
            tile(columns.0, columns.1, first, filter_step, most, target, channels)?;
            let last = core::slice::from_ref(last);
            let target = target.get_mut(channels - 2..)?;
            tile(columns.0, columns.1, whole_filter, whole_filter.len(), last, target, channels)?;
        }
    }
    OutputStage::new(operands, op.clamp).clamp_all(operands.write()?.values);
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
    #[inline(always)]
    fn load(&self, y: usize, x: usize, column: &mut [i8], window: &mut [i8]) -> Option<()> {
        let [rows, columns] = [self.axes[0].span(y), self.axes[1].span(x)];
        let whole = [rows.input.len(), columns.input.len()] == [self.height, self.width];
        let in_place = window.is_empty();
        let target = if in_place { &mut *column } else { &mut *window };
        if !whole {
            target.get_mut(..self.fan_in)?.fill(self.input.zero_point);
        }
        self.copy_rows(&rows, &columns, target, if in_place { permute } else { copy })?;
        if in_place { Some(()) } else { permute(window.get(..self.fan_in.next_multiple_of(4))?, column) }
    }

    #[inline(always)]
    fn copy_rows(
        &self,
        rows: &Span,
        columns: &Span,
        target: &mut [i8],
        copy: impl Fn(&[i8], &mut [i8]) -> Option<()>,
    ) -> Option<()> {
        let channels = usize::from(self.input.shape.channels);
        let pitch = self.width * channels;
        let input_pitch = usize::from(self.input.shape.width) * channels;
        let length = columns.input.len() * channels;
        let mut start = rows.kernel_start * pitch + columns.kernel_start * channels;
        let mut values = self.input.from(rows.input.start * input_pitch + columns.input.start * channels)?;
        for _ in rows.input.clone() {
            copy(values.get(..length)?, target.get_mut(start..)?)?;
            start += pitch;
            values = values.get(input_pitch..).unwrap_or_default();
        }
        Some(())
    }
}
