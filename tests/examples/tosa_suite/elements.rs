//! Operators of each element by itself, on tensors of any shape.

use dim_model_format::{Clamp, Pool2d, Rounding, Window};

use super::run::{Outcome, run};
use super::test::{DataType, Test};

/// So many elements are computed at once.
const AT_ONCE: usize = 4096;

/// Numbers filled up to a multiple of so many.
pub(crate) fn filled(values: &[i32], multiple: usize) -> Vec<i32> {
    let mut filled = values.to_vec();
    filled.resize(values.len().next_multiple_of(multiple), 0);
    filled
}

/// The largest of a window of one element, clamped.
pub(crate) fn clamp(test: &Test<'_>) -> Outcome {
    let image = &test.inputs[0];
    if image.data_type != DataType::Int8 {
        return Err("its numbers are not int8".to_owned());
    }
    let bound = |field| {
        let bytes = test.attributes.bytes(field).unwrap_or_default();
        bytes.first().map(|byte| byte.cast_signed()).ok_or("a clamp without bounds")
    };
    let clamp = Clamp { min: bound(0)?, max: bound(1)? };
    let at_once = image.values.len().min(AT_ONCE);
    let mut outputs = run([1, 1, at_once], 0, Rounding::Double, &filled(&image.values, at_once), |builder, input| {
        builder.max_pool2d(Pool2d { input, window: Window::square(1, 1, 0), clamp })
    })?;
    outputs.truncate(image.values.len());
    Ok(("max_pool2d", outputs))
}
