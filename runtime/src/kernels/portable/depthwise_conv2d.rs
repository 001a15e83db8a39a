//! Depthwise convolution: `TFLite`'s `DepthwiseConvPerChannel`, CMSIS-NN's `arm_depthwise_conv_s8`.

use dim_model_format::{Conv2d, Parameters};

use crate::operands::Operands;
use crate::requantize::OutputStage;
use crate::window::for_each_window;

/// `out[y, x, c*m + k] = requantize(bias + sum((in[y*s + i, x*s + j, c] - zero_point) * filter[i, j, c*m + k]))`.
///
/// # Shapes
/// `input` `[height, width, in_channels]`, filter `[kernel_height, kernel_width, in_channels * m]`,
/// `output` `[out_height, out_width, in_channels * m]`.
pub(crate) fn depthwise_conv2d(op: &Conv2d, parameters: &Parameters<'_>, operands: &mut Operands<'_>) -> Option<()> {
    let in_channels = usize::from(operands.input.shape.channels);
    let out_channels = usize::from(operands.output.shape.channels);
    let depth_multiplier = out_channels / in_channels.max(1);
    let kernel_width = usize::from(op.window.kernel[1]);
    let zero_point = i32::from(operands.input.quantization.zero_point);
    let stage = OutputStage::new(operands, op.clamp);
    for_each_window(&op.window, operands, |input, rows, columns, pixel| {
        for ((o, out), channel) in pixel.iter_mut().enumerate().zip(parameters.channels()) {
            let c = o / depth_multiplier.max(1);
            let mut acc = channel.bias;
            for (i, y) in (rows.kernel_start..).zip(rows.input.clone()) {
                let taps = parameters.filter.get((i * kernel_width + columns.kernel_start) * out_channels + o..)?;
                let inputs = input.row(y, &columns.input)?.iter().skip(c).step_by(in_channels.max(1));
                for (q, weight) in inputs.zip(taps.iter().step_by(out_channels.max(1))) {
                    acc += (i32::from(*q) - zero_point) * i32::from(weight.cast_signed());
                }
            }
            *out = stage.apply(acc, channel.rescale);
        }
        Some(())
    })
}
