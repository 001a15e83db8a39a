//! Operators without a window and without sums of weights.

use dim_model_format::Mean;

use super::activation::{Activation, Target};
use super::outputs::finish;

/// Entry `q + 128` of the table for each `q`; the table is in two's complement.
pub(super) fn lookup(table: &[u8; 256], input: &Activation) -> Vec<i8> {
    let entry = |q: &i8| i64::from(table[(i64::from(*q) + 128) as usize]);
    input.values.iter().map(|q| (if entry(q) < 128 { entry(q) } else { entry(q) - 256 }) as i8).collect()
}

/// Sum of each channel with the zero point taken off, scaled by a factor that divides by the number of elements.
pub(super) fn mean(op: &Mean, input: &Activation, output: &Target) -> Vec<i8> {
    let channels = usize::from(input.shape.channels);
    let of_channel = |c: usize| {
        let elements = input.values.iter().enumerate().filter(|(index, _)| index % channels == c);
        let sum = elements.fold(0, |sum, (_, q)| sum + i64::from(*q) - i64::from(input.zero_point));
        finish(sum, op.rescale, output, op.clamp)
    };
    (0..channels).map(of_channel).collect()
}
