//! Mean and maximum over a window: `TFLite`'s `AveragePool` and `MaxPool`, CMSIS-NN's `arm_avgpool_s8` and
//! `arm_max_pool_s8`.

use dim_model_format::Pool2d;

use crate::operands::Operands;
use crate::requantize::OutputStage;
use crate::window::for_each_window;

/// What becomes of the elements of a window that are inside the input.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pooling {
    /// Their mean, rounded to nearest, ties away from zero.
    Average,
    /// The largest.
    Max,
}

/// `out[y, x, c]` = mean or maximum of channel `c` of the window.
///
/// # Shapes
/// `input` `[height, width, channels]`, `output` `[out_height, out_width, channels]`.
#[inline(never)]
pub(crate) fn pool2d(pooling: Pooling, op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
    let channels = usize::from(operands.input.shape.channels);
    let pitch = usize::from(operands.input.shape.width) * channels;
    let stage = OutputStage::new(operands, op.clamp);
    for_each_window(&op.window, operands, |input, rows, columns, pixel| {
        let [height, width] = [rows.input.len(), columns.input.len()];
        let count = u32::try_from(height * width).ok()?;
        let values = input.from(rows.input.start * pitch + columns.input.start * channels)?;
        for (c, out) in pixel.iter_mut().enumerate() {
            let rows = values.chunks(pitch.max(1)).take(height).map(|row| row.get(c..width * channels));
            *out = stage.clamp(match pooling {
                Pooling::Average => rounded_mean(fold(rows, channels, 0, |sum, q| sum + q)?, count),
                Pooling::Max => fold(rows, channels, i32::MIN, i32::max)?,
            });
        }
        Some(())
    })
}

/// `combine` over every `step`th element of all rows.
#[inline]
fn fold<'a>(
    rows: impl Iterator<Item = Option<&'a [i8]>>,
    step: usize,
    start: i32,
    combine: impl Fn(i32, i32) -> i32,
) -> Option<i32> {
    let mut total = start;
    for row in rows {
        total = row?.iter().step_by(step.max(1)).map(|q| i32::from(*q)).fold(total, &combine);
    }
    Some(total)
}

/// `sum / count`, to nearest, ties away from zero.
pub(crate) fn rounded_mean(sum: i32, count: u32) -> i32 {
    let count = count.max(1);
    let magnitude = ((sum.unsigned_abs() + count / 2) / count).cast_signed();
    if sum < 0 { -magnitude } else { magnitude }
}
