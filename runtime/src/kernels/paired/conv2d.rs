//! Convolution: four output pixels times two output channels at a time.

use dim_model_format::{Conv2d, Parameters};

use super::blocks;
use super::windows::{PIXELS, Windows};
use crate::kernels::{Operands, portable};
use crate::requantize::{OutputStage, PairStage};

/// As [`crate::kernels::portable::conv2d`], with a paired filter.
///
/// # Shapes
/// `input` `[height, width, in_channels]`, `output` `[out_height, out_width, out_channels]`.
pub(crate) fn conv2d(
    op: &Conv2d,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let (stages, scratch) = PairStage::split(scratch, operands.output.shape.channels.into())?;
    let mut windows = Windows::new(op.window, &operands.input, operands.output.shape, scratch)?;
    let output = operands.write()?;
    let stage = OutputStage::new(&output, op.clamp);
    if PairStage::fill(stages, parameters, &output, windows.fan_in()) {
        quick(parameters, &mut windows, stages, operands)?;
        stage.clamp_all(operands.write()?.values);
        Some(())
    } else {
        exact(parameters, &mut windows, stage, operands)
    }
}

/// Tiles of four pixels and all channels.
fn quick(
    parameters: &Parameters<'_>,
    windows: &mut Windows<'_>,
    stages: &[PairStage],
    operands: &mut Operands<'_>,
) -> Option<()> {
    let channels = usize::from(operands.output.shape.channels);
    let pixels = operands.write()?.values.len() / channels.max(1);
    // Where there are fewer than four pixels, one is computed four times.
    let [step, stride] = if pixels < PIXELS { [1, 0] } else { [PIXELS, channels] };
    for start in (0..pixels).step_by(step) {
        // The last four overlap the ones before and compute the same once more.
        let start = if stride > 0 { start.min(pixels - PIXELS) } else { start };
        let columns = windows.load(&operands.read()?, start, stride > 0)?;
        let target = operands.write()?.values.get_mut(start * channels..)?;
        let whole = channels / 2;
        let (filter, last_filter) = parameters.filter.split_at_checked(whole * columns.len())?;
        let (whole_stages, last_stage) = stages.split_at_checked(whole)?;
        blocks::tile(columns, filter, whole_stages, target, stride)?;
        if !last_stage.is_empty() {
            let mut last = [0; 2 * PIXELS];
            blocks::tile(columns, last_filter, last_stage, &mut last, 2)?;
            for (pixel, [value, _]) in last.as_chunks::<2>().0.iter().enumerate() {
                *target.get_mut(pixel * stride + channels - 1)? = *value;
            }
        }
    }
    Some(())
}

/// With factors and biases of any size.
fn exact(
    parameters: &Parameters<'_>,
    windows: &mut Windows<'_>,
    stage: OutputStage,
    operands: &mut Operands<'_>,
) -> Option<()> {
    let channels = usize::from(operands.output.shape.channels);
    let values = operands.write()?.values.len();
    for start in (0..values).step_by((PIXELS * channels).max(1)) {
        let columns = windows.load(&operands.read()?, start / channels.max(1), true)?;
        let pixels = operands.write()?.values.get_mut(start..values.min(start + PIXELS * channels))?;
        for (pair, filter) in parameters.filter.chunks_exact(columns.len().max(1)).enumerate() {
            let channels_of_pair = [parameters.channel(2 * pair), parameters.channel(2 * pair + 1)];
            let bias = channels_of_pair.map(|channel| channel.map_or(0, |channel| channel.bias));
            let sums = portable::blocks::multiply(columns, filter, bias);
            for ((channel, sums), o) in channels_of_pair.iter().flatten().zip(&sums).zip(2 * pair..) {
                for (pixel, acc) in pixels.chunks_exact_mut(channels.max(1)).zip(sums) {
                    *pixel.get_mut(o)? = stage.apply(*acc, channel.rescale);
                }
            }
        }
    }
    Some(())
}
