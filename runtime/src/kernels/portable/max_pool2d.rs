//! Maximum over a window: `TFLite`'s `MaxPool`, CMSIS-NN's `arm_max_pool_s8`.

use dim_model_format::Pool2d;

use crate::kernels::{Operands, for_each_window};
use crate::requantize::OutputStage;

/// `out[y, x, c]` = largest of the window's elements inside the input.
///
/// # Shapes
/// `input` `[height, width, channels]`, `output` `[out_height, out_width, channels]`.
pub(crate) fn max_pool2d(op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
    let channels = usize::from(operands.input.shape.channels);
    let stage = OutputStage::new(&operands.write()?, op.clamp);
    for_each_window(&op.window, operands, |input, rows, columns, pixel| {
        pixel.fill(i8::MIN);
        for y in rows.input.clone() {
            for elements in input.row(y, &columns.input)?.chunks_exact(channels.max(1)) {
                for (out, q) in pixel.iter_mut().zip(elements) {
                    *out = (*out).max(*q);
                }
            }
        }
        for out in pixel {
            *out = stage.clamp(i32::from(*out));
        }
        Some(())
    })
}
