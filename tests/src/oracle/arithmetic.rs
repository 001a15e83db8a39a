//! Fixed-point scaling, in the forms that are closest to its definition and furthest from the runtime's.

use dim_model_format::{Rescale, Rounding};

/// `acc * multiplier * 2^(shift - 31)`, rounded once or twice: section "Requantize" of `docs/ARITHMETIC.md`.
///
/// # Panics
/// If the rounding is newer than this oracle.
pub fn requantize(acc: i64, rescale: Rescale, rounding: Rounding) -> i64 {
    match rounding {
        Rounding::Double => rounded_twice(acc, rescale),
        Rounding::Single => rounded_once(acc, rescale),
        newer => panic!("the oracle does not know the rounding {newer:?}"),
    }
}

/// `floor(x + 1/2)` as `floor((2 * n + d) / (2 * d))` of the fraction `x = n / d`.
fn rounded_once(acc: i64, rescale: Rescale) -> i64 {
    let product = i128::from(acc) * i128::from(rescale.multiplier);
    let divisor = 2_i128.pow((31 - i32::from(rescale.shift)) as u32);
    wrap_to_32_bits((2 * product + divisor).div_euclid(2 * divisor))
}

fn rounded_twice(acc: i64, rescale: Rescale) -> i64 {
    let left = i64::from(rescale.shift).max(0) as u32;
    let right = (-i64::from(rescale.shift)).max(0) as u32;
    let shifted = wrap_to_32_bits(i128::from(acc) * 2_i128.pow(left));
    rounding_divide_by_pot(saturating_rounding_doubling_high_mul(shifted, i64::from(rescale.multiplier)), right)
}

/// gemmlowp's `SaturatingRoundingDoublingHighMul`, as gemmlowp writes it: a nudge that depends on the
/// sign, then a division that truncates toward zero.
pub fn saturating_rounding_doubling_high_mul(a: i64, b: i64) -> i64 {
    if a == b && a == i64::from(i32::MIN) {
        return i64::from(i32::MAX);
    }
    let product = a * b;
    let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
    (product + nudge) / (1 << 31)
}

/// gemmlowp's `RoundingDivideByPOT`, from its definition: the magnitude of `x / 2^exponent` plus one
/// half, rounded down, with the sign of `x`.
pub fn rounding_divide_by_pot(x: i64, exponent: u32) -> i64 {
    let divisor = 2_i64.pow(exponent);
    let magnitude = (2 * x.abs() + divisor) / (2 * divisor);
    magnitude * x.signum()
}

/// The number in `[-2^31, 2^31)` that is congruent to `x` modulo `2^32`.
fn wrap_to_32_bits(x: i128) -> i64 {
    let remainder = x.rem_euclid(1 << 32) as i64;
    if remainder < 1 << 31 { remainder } else { remainder - (1 << 32) }
}
