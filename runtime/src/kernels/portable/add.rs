//! Element-wise sum: `TFLite`'s quantized `Add`, CMSIS-NN's `arm_elementwise_add_s8`.

use dim_model_format::{Add, Rescale, Tensor};

use crate::operands::Operands;
use crate::requantize::{OutputStage, requantize};

/// `out[i] = requantize(sum(requantize((in_k[i] - zero_point_k) << left_shift)))` over the two inputs.
///
/// # Shapes
/// All three `[height, width, channels]`.
pub(crate) fn add(op: &Add, operands: &mut Operands<'_>, second: &Tensor) -> Option<()> {
    let zero_points = [operands.input.quantization.zero_point, second.quantization.zero_point];
    let rounding = operands.rounding;
    let scaled = |q: i8, zero_point: i8, rescale: Rescale| {
        requantize((i32::from(q) - i32::from(zero_point)) << op.left_shift, rescale, rounding)
    };
    let [first, other] = op.input_rescale;
    let stage = OutputStage::new(operands, op.clamp);
    for (p, q, out) in operands.elements(second)? {
        let sum = scaled(p, zero_points[0], first) + scaled(q, zero_points[1], other);
        out.set(stage.apply(sum, op.output_rescale));
    }
    Some(())
}
