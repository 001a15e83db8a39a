//! Element-wise product, of a map and a gate for instance: `TFLite`'s quantized `Mul`, CMSIS-NN's `arm_elementwise_mul_s8`.

use dim_model_format::{Mul, Tensor};

use crate::operands::Operands;
use crate::requantize::OutputStage;

/// `out[i] = requantize((first[i] - zero_point_1) * (second[i] - zero_point_2))`.
///
/// # Shapes
/// First and output `[height, width, channels]`; the second has the same extents, or 1, along which it is repeated.
#[inline(never)]
pub(crate) fn mul(op: &Mul, operands: &mut Operands<'_>, second: &Tensor) -> Option<()> {
    let zero_points = [&operands.input, second].map(|tensor| i32::from(tensor.quantization.zero_point));
    let stage = OutputStage::new(operands, op.clamp);
    operands.repeat(second, |p, q| {
        let product = (i32::from(p) - zero_points[0]) * (i32::from(q) - zero_points[1]);
        stage.apply(product, op.rescale)
    })
}
