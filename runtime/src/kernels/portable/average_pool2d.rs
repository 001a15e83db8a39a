//! Mean over a window: `TFLite`'s `AveragePool`, CMSIS-NN's `arm_avgpool_s8`.

use dim_model_format::Pool2d;

use crate::kernels::{Operands, for_each_window};
use crate::requantize::OutputStage;

/// `out[y, x, c]` = mean of the window's elements inside the input, rounded to nearest, ties away from zero.
///
/// # Shapes
/// `input` `[height, width, channels]`, `output` `[out_height, out_width, channels]`.
pub(crate) fn average_pool2d(op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
    let [width, channels] = [operands.input.shape.width, operands.input.shape.channels].map(usize::from);
    let stage = OutputStage::new(&operands.write()?, op.clamp);
    for_each_window(&op.window, operands, |input, rows, columns, pixel| {
        let count = u32::try_from(rows.input.len() * columns.input.len()).ok()?;
        let length = columns.input.len() * channels;
        let values = input.from((rows.input.start * width + columns.input.start) * channels)?;
        for (c, out) in pixel.iter_mut().enumerate() {
            let mut sum = 0;
            for row in values.chunks((width * channels).max(1)).take(rows.input.len()) {
                let column = row.get(c..length)?.iter().step_by(channels.max(1));
                sum += column.map(|q| i32::from(*q)).sum::<i32>();
            }
            *out = stage.clamp(mean(sum, count));
        }
        Some(())
    })
}

/// `sum / count`, to nearest, ties away from zero.
pub(crate) fn mean(sum: i32, count: u32) -> i32 {
    let count = count.max(1);
    let magnitude = ((sum.unsigned_abs() + count / 2) / count).cast_signed();
    if sum < 0 { -magnitude } else { magnitude }
}
