//! Element-wise sum: `TFLite`'s quantized `Add`, CMSIS-NN's `arm_elementwise_add_s8`.

use dim_model_format::{Add, Rescale};

use crate::kernels::{Map, MapMut};
use crate::requantize::{OutputStage, requantize};

/// `out[i] = requantize(sum(requantize((in_k[i] - zero_point_k) << left_shift)))` over the two inputs.
///
/// # Shapes
/// All three `[height, width, channels]`.
pub(crate) fn add(op: &Add, [a, b]: [Map<'_>; 2], output: &mut MapMut<'_>) {
    let scaled = |q: i8, zero_point: i8, rescale: Rescale| {
        requantize((i32::from(q) - i32::from(zero_point)) << op.left_shift, rescale, output.rounding)
    };
    let [first, second] = op.input_rescale;
    let stage = OutputStage::new(output, op.clamp);
    for ((out, p), q) in output.values.iter_mut().zip(a.values).zip(b.values) {
        let sum = scaled(*p, a.zero_point, first) + scaled(*q, b.zero_point, second);
        *out = stage.apply(sum, op.output_rescale);
    }
}
