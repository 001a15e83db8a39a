//! Depthwise convolution with any kernel: 16 channels at a time, two taps of each in a product of 16-bit pairs.

use dim_model_format::{Conv2d, Parameters};

use super::band::Band;
use super::instructions::Instructions;
use super::row::Row;
use super::stages::Stages;
use super::tile::CHANNELS;
use super::workspace;
use crate::operands::Operands;

/// Most taps of a kernel.
const MOST_TAPS: usize = 64;

/// As [`crate::kernels::portable::depthwise_conv2d`]; `None` where it does not apply: with several outputs of a channel,
/// factors that have no [`Stages`], and rows beyond the workspace.
pub(super) fn depthwise_conv2d<S: Instructions>(
    set: S,
    op: &Conv2d,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
) -> Option<()> {
    let [input, output] = [operands.input.shape, operands.output.shape];
    let zero_point = operands.input.quantization.zero_point;
    let [kernel_height, kernel_width] = op.window.kernel.map(usize::from);
    let taps = kernel_height * kernel_width;
    let even_taps = taps.next_multiple_of(2);
    let exist = Stages::exist(parameters, &operands.write()?, op.clamp, taps);
    if input.channels != output.channels || even_taps > MOST_TAPS || !exist {
        return None;
    }
    let channels = usize::from(input.channels);
    let [height, width] = [output.height, output.width].map(usize::from);
    // What is behind the last channel, so that every vector is whole.
    let pixel = channels.next_multiple_of(CHANNELS);
    let band = Band::new(&op.window, input, output, pixel);
    // A tap that fills up the last pair has weights of zero.
    let mut places = [0; MOST_TAPS];
    for (tap, place) in places.iter_mut().take(taps).enumerate() {
        *place = tap / kernel_width.max(1) * band.pitch() + tap % kernel_width.max(1) * pixel;
    }
    let places = places.get(..even_taps)?;
    workspace::with(|workspace| {
        let inputs: &mut [i16] = bytemuck::try_cast_slice_mut(&mut workspace.band).ok()?;
        let filter: &mut [[i16; CHANNELS]] = bytemuck::try_cast_slice_mut(&mut workspace.filter).ok()?;
        let (weights, packed) = filter.get_mut(..2 * even_taps)?.split_at_mut_checked(even_taps)?;
        let band_rows = band.rows(inputs.len())?;
        for first_row in (0..height).step_by(band_rows) {
            let rows = band_rows.min(height - first_row);
            band.load(&operands.read()?, first_row, rows, inputs, |q| i16::from(q) - i16::from(zero_point))?;
            let output = operands.write()?;
            for first in (0..channels).step_by(CHANNELS) {
                let stages = Stages::new(parameters, first, &output, op.clamp, taps)?;
                weights.as_flattened_mut().fill(0);
                let rows_of_filter = parameters.filter.chunks_exact(channels.max(1));
                for (weights, taps) in weights.iter_mut().zip(rows_of_filter) {
                    let values = taps.get(first..)?.iter().map(|weight| i16::from(weight.cast_signed()));
                    weights.iter_mut().zip(values).for_each(|(weight, value)| *weight = value);
                }
                S::pack_taps(weights, packed)?;
                for y in 0..rows {
                    let row = Row {
                        inputs: inputs.get(band.start(y, 0) + first..)?,
                        taps: places,
                        step: usize::from(op.window.stride[1]) * pixel,
                        filter: packed,
                        stages: &stages,
                        pixels: width,
                        stride: channels,
                        channels: (channels - first).min(CHANNELS),
                    };
                    set.depthwise(&row, output.values.get_mut((first_row + y) * width * channels + first..)?)?;
                }
            }
        }
        Some(())
    })
}
