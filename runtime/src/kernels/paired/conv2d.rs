//! Convolution: four output pixels times two output channels at a time.

use core::slice;

use dim_model_format::{Conv2d, FilterLayout, Parameters};

use super::int4::{INT4, Weights};
use super::windows::Windows;
use crate::kernels::scratch::paired::PIXELS;
use crate::kernels::{blocks, portable};
use crate::operands::Operands;
use crate::requantize::{OutputStage, PairStage};

/// As [`crate::kernels::portable::conv2d`], with a filter in one of the two paired layouts.
///
/// # Shapes
/// `input` `[height, width, in_channels]`, `output` `[out_height, out_width, out_channels]`.
// There it is the exception, whose stack is not to be that of every layer.
#[cfg_attr(dim_mve, inline(never))]
pub(crate) fn conv2d(
    op: &Conv2d,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let (stages, scratch) = PairStage::split(scratch, operands.output.shape.channels.into())?;
    let (mut windows, scratch) = Windows::new(op.window, &operands.input, operands.output.shape, scratch)?;
    let mut weights = Weights::new(layout, scratch);
    let is_quick = PairStage::fill(stages, parameters, &operands.write()?, windows.fan_in());
    let stage = OutputStage::new(operands, op.clamp);
    let channels = usize::from(operands.output.shape.channels);
    let pixels = operands.write()?.values.len() / channels.max(1);
    // Where there are fewer than four pixels, one is computed four times.
    let [step, stride] = if pixels < PIXELS { [1, 0] } else { [PIXELS, channels] };
    for start in (0..pixels).step_by(step) {
        // The last four overlap the ones before and compute the same once more.
        let start = if stride > 0 { start.min(pixels - PIXELS) } else { start };
        let columns = windows.load(&operands.read()?, start, stride > 0)?;
        let target = operands.write()?.values.get_mut(start * channels..)?;
        if is_quick {
            quick(columns, parameters.filter, &mut weights, stages, target, channels, stride)?;
        } else {
            exact(columns, parameters, &mut weights, stage, target, stride)?;
        }
    }
    if is_quick {
        stage.clamp_all(operands.write()?.values);
    }
    Some(())
}

/// All channels of four pixels, which are `stride` apart in `target`.
#[inline]
fn quick(
    columns: &mut [u32],
    filter: &[u8],
    weights: &mut Weights<'_>,
    stages: &[PairStage],
    target: &mut [i8],
    channels: usize,
    stride: usize,
) -> Option<()> {
    let whole = channels / 2;
    let (filter, last_filter) = filter.split_at_checked(whole * weights.pair_bytes(columns.len()))?;
    let (whole_stages, last_stage) = stages.split_at_checked(whole)?;
    if !last_stage.is_empty() {
        let mut last = [0; 2 * PIXELS];
        blocks::tile(columns, weights.pair(last_filter)?, last_stage, &mut last, 2)?;
        for (pixel, [value, _]) in last.as_chunks::<2>().0.iter().enumerate() {
            *target.get_mut(pixel * stride + channels - 1)? = *value;
        }
    }
    match weights {
        Weights::Int4(memory) if INT4 => int4_tile(columns, filter, memory, whole_stages, target, stride),
        _ => blocks::tile(columns, filter, whole_stages, target, stride),
    }
}

/// As [`blocks::tile`], with each pair of channels unpacked before, or by two products in a multiplication, for which the
/// columns are changed.
#[inline(never)]
fn int4_tile(
    columns: &mut [u32],
    filter: &[u8],
    memory: &mut [u8],
    stages: &[PairStage],
    target: &mut [i8],
    stride: usize,
) -> Option<()> {
    if blocks::INT4_BY_TWO
        && let Ok(filter) = bytemuck::try_cast_slice(filter)
        && let Ok(starts) = bytemuck::try_cast_slice_mut(memory)
        && portable::int4::pack::<PIXELS>(columns, starts).is_some()
    {
        return int4_tile_by_two(columns, filter, starts, stages, target, stride);
    }
    let bytes = columns.len() / 2;
    for (pair, stage) in stages.iter().enumerate() {
        let filter = blocks::unpack(filter.get(pair * bytes..(pair + 1) * bytes)?, memory)?;
        blocks::tile(columns, filter, slice::from_ref(stage), target.get_mut(2 * pair..)?, stride)?;
    }
    Some(())
}

/// As [`blocks::tile`], with columns that are packed.
fn int4_tile_by_two(
    columns: &[u32],
    filter: &[u32],
    starts: &[u32],
    stages: &[PairStage],
    target: &mut [i8],
    stride: usize,
) -> Option<()> {
    let words = columns.len() / (2 * PIXELS);
    for ((pair, stage), filter) in stages.iter().enumerate().zip(filter.chunks_exact(words.max(1))) {
        let sums = blocks::multiply_int4(columns, filter, starts)?;
        for (((channel, bias), sums), o) in stage.channels.iter().zip(stage.bias).zip(&sums).zip(2 * pair..) {
            for (pixel, sum) in sums.iter().enumerate() {
                *target.get_mut(pixel * stride + o)? = channel.apply(bias + (sum << 4));
            }
        }
    }
    Some(())
}

/// As [`quick`], with factors and biases of any size.
#[inline(never)]
fn exact(
    columns: &[u32],
    parameters: &Parameters<'_>,
    weights: &mut Weights<'_>,
    stage: OutputStage,
    target: &mut [i8],
    stride: usize,
) -> Option<()> {
    let mut channels = (0..).zip(parameters.channels());
    for filter in parameters.filter.chunks_exact(weights.pair_bytes(columns.len()).max(1)) {
        let sums = portable::blocks::multiply(columns, weights.pair(filter)?, [0; 2]);
        for (sums, (o, channel)) in sums.iter().zip(&mut channels) {
            for (pixel, sum) in sums.iter().enumerate() {
                *target.get_mut(pixel * stride + o)? = stage.apply(channel.bias + sum, channel.rescale);
            }
        }
    }
    Some(())
}
