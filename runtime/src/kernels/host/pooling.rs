//! Mean over a window, some channels at a time.

use dim_model_format::Pool2d;

use super::CHANNELS;
use crate::kernels::{Operands, for_each_window, portable};
use crate::requantize::OutputStage;

/// As [`portable::average_pool2d`], with sums in an array, which the compiler keeps in vectors.
pub(super) fn average_pool2d(op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
    let channels = usize::from(operands.input.shape.channels);
    let stage = OutputStage::new(&operands.write()?, op.clamp);
    for_each_window(&op.window, operands, |input, rows, columns, pixel| {
        let count = u32::try_from(rows.input.len() * columns.input.len()).ok()?;
        for (first, outputs) in (0..).step_by(CHANNELS).zip(pixel.chunks_mut(CHANNELS)) {
            let mut sums = [0; CHANNELS];
            for y in rows.input.clone() {
                for values in input.row(y, &columns.input)?.chunks_exact(channels.max(1)) {
                    let values = values.get(first..)?;
                    match values.first_chunk::<CHANNELS>() {
                        Some(values) => sums.iter_mut().zip(values).for_each(|(sum, q)| *sum += i32::from(*q)),
                        None => sums.iter_mut().zip(values).for_each(|(sum, q)| *sum += i32::from(*q)),
                    }
                }
            }
            for (output, sum) in outputs.iter_mut().zip(sums) {
                *output = stage.clamp(portable::mean(sum, count));
            }
        }
        Some(())
    })
}
