//! Convolution: `TFLite`'s `ConvPerChannel`, CMSIS-NN's `arm_convolve_s8`.

use dim_model_format::{Conv2d, Parameters};

use super::dot::dot;
use crate::operands::Operands;
use crate::requantize::OutputStage;
use crate::window::for_each_window;

/// `out[y, x, o] = requantize(bias[o] + sum((in[y*s + i, x*s + j, c] - zero_point) * filter[o, i, j, c]))`.
///
/// # Shapes
/// `input` `[height, width, in_channels]`, filter `[out_channels, kernel_height, kernel_width, in_channels]`,
/// `output` `[out_height, out_width, out_channels]`.
pub(crate) fn conv2d(op: &Conv2d, parameters: &Parameters<'_>, operands: &mut Operands<'_>) -> Option<()> {
    let in_channels = usize::from(operands.input.shape.channels);
    let [kernel_height, kernel_width] = [usize::from(op.window.kernel[0]), usize::from(op.window.kernel[1])];
    let filter_row = kernel_width * in_channels;
    let stage = OutputStage::new(operands, op.clamp);
    for_each_window(&op.window, operands, |input, rows, columns, pixel| {
        let row_start = columns.kernel_start * in_channels;
        let filters = parameters.filter.chunks_exact((kernel_height * filter_row).max(1));
        for ((out, channel), filter) in pixel.iter_mut().zip(parameters.channels()).zip(filters) {
            let filter_rows = filter.chunks_exact(filter_row.max(1)).skip(rows.kernel_start);
            let mut acc = channel.bias;
            for (y, weights) in rows.input.clone().zip(filter_rows) {
                acc += dot(input.row(y, &columns.input)?, weights.get(row_start..)?, input.zero_point);
            }
            *out = stage.apply(acc, channel.rescale);
        }
        Some(())
    })
}
