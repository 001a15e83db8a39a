//! Mean over a window: `TFLite`'s `AveragePool`, CMSIS-NN's `arm_avgpool_s8`.

use dim_model_format::Pool2d;

use crate::kernels::{Map, MapMut, for_each_window};
use crate::requantize::OutputStage;

/// `out[y, x, c]` = mean of the window's elements inside the input, rounded to nearest, ties away from zero.
///
/// # Shapes
/// `input` `[height, width, channels]`, `output` `[out_height, out_width, channels]`.
pub(crate) fn average_pool2d(op: &Pool2d, input: &Map<'_>, output: &mut MapMut<'_>) {
    let channels = usize::from(input.shape.channels);
    let stage = OutputStage::new(output.zero_point, op.clamp);
    for_each_window(&op.window, input.shape, output, |rows, columns, pixel| {
        for (c, out) in pixel.iter_mut().enumerate() {
            let column = |y| input.row(y, &columns.input).iter().skip(c).step_by(channels);
            let (sum, count) = rows
                .input
                .clone()
                .flat_map(column)
                .fold((0_i32, 0_i32), |(sum, count), q| (sum + i32::from(*q), count + 1));
            let half = if sum < 0 { -(count / 2) } else { count / 2 };
            *out = stage.clamp((sum + half) / count);
        }
    });
}
