//! Mean and maximum over a window, some channels at a time.

use dim_model_format::Pool2d;

use super::tile::CHANNELS;
use crate::kernels::portable::{self, Pooling};
use crate::operands::Operands;
use crate::requantize::OutputStage;
use crate::window::for_each_window;

/// As [`portable::pool2d`].
pub(super) fn pool2d(pooling: Pooling, op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
    match pooling {
        Pooling::Average => reduce(op, operands, 0, |sum, q| sum + q, portable::rounded_mean),
        Pooling::Max => reduce(op, operands, i32::MIN, i32::max, |largest, _| largest),
    }
}

/// What `combine` makes of the elements of a window from `start` on, then `finish` of that and their number, in arrays
/// of channels, which the compiler keeps in vectors.
fn reduce(
    op: &Pool2d,
    operands: &mut Operands<'_>,
    start: i32,
    combine: impl Fn(i32, i32) -> i32,
    finish: impl Fn(i32, u32) -> i32,
) -> Option<()> {
    let channels = usize::from(operands.input.shape.channels);
    let stage = OutputStage::new(operands, op.clamp);
    let add = |(total, q): (&mut i32, &i8)| *total = combine(*total, i32::from(*q));
    for_each_window(&op.window, operands, |input, rows, columns, pixel| {
        let count = u32::try_from(rows.input.len() * columns.input.len()).ok()?;
        for (first, outputs) in (0..).step_by(CHANNELS).zip(pixel.chunks_mut(CHANNELS)) {
            let mut totals = [start; CHANNELS];
            for y in rows.input.clone() {
                for values in input.row(y, &columns.input)?.chunks_exact(channels.max(1)) {
                    let values = values.get(first..)?;
                    match values.first_chunk::<CHANNELS>() {
                        Some(values) => totals.iter_mut().zip(values).for_each(add),
                        None => totals.iter_mut().zip(values).for_each(add),
                    }
                }
            }
            for (output, total) in outputs.iter_mut().zip(totals) {
                *output = stage.clamp(finish(total, count));
            }
        }
        Some(())
    })
}
