//! From a sum to an output.

use dim_model_format::{Clamp, Rescale};

use super::activation::Target;
use super::arithmetic::requantize;

/// From an accumulator to an int8 output.
pub(super) fn finish(acc: i64, rescale: Rescale, output: &Target, bounds: Clamp) -> i8 {
    clamp(requantize(acc, rescale, output.rounding) + i64::from(output.zero_point), bounds)
}

pub(super) fn clamp(value: i64, bounds: Clamp) -> i8 {
    value.clamp(i64::from(bounds.min), i64::from(bounds.max)) as i8
}
