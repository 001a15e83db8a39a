//! Exponentials and logarithms that a compiler makes vectors of, with the same bits on every processor.

use std::f32::consts::LOG2_E;

/// 1.5 * 2^23: the sum with it is rounded to a whole number, which its lowest bits hold.
const ROUNDING: f32 = 12_582_912.0;
/// The upper bits of ln 2, whose product with a whole exponent is exact, and the rest.
const LN_2_UPPER: f32 = 0.693_359_4;
const LN_2_LOWER: f32 = -2.121_944_4e-4;

/// `e^x` to 2 units in the last place, between `e^-87` and `e^88`; what is beyond is set to that.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * LOG2_E + ROUNDING;
    let exponent = shifted - ROUNDING;
    let rest = (x - exponent * LN_2_UPPER) - exponent * LN_2_LOWER;
    // Taylor's series, |rest| <= ln 2 / 2: what is left out is below 2^-27.
    let series = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let power = series.iter().fold(1.0 / 5040.0, |sum, coefficient| sum * rest + coefficient);
    power * f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()))
}

/// `ln(1 + y)` for y from 0 to 1, to 2 units in the last place: `2 artanh(y / (2 + y))`.
#[inline(always)]
fn ln_1p(y: f32) -> f32 {
    let z = y / (2.0 + y);
    let square = z * z;
    // z is at most 1/3: what is left out is below 2^-26 of the sum.
    let series = [1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0, 1.0];
    2.0 * z * series.iter().fold(1.0 / 15.0, |sum, coefficient| sum * square + coefficient)
}

/// `ln(1 + e^x)` and its derivative `1 / (1 + e^-x)`.
#[inline(always)]
pub(super) fn softplus(x: f32) -> (f32, f32) {
    let small = exp(-x.abs());
    let least = if x > 0.0 { x } else { 0.0 };
    let numerator = if x > 0.0 { 1.0 } else { small };
    // What is not a number stays none.
    let value = least + ln_1p(small);
    (value, numerator / (1.0 + small))
}

/// Of the positive numbers that a sum of exponentials can be: the library's.
pub(super) fn ln(x: f64) -> f32 {
    x.ln() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_those_of_64_bits() {
        for step in -870_000..880_000 {
            let x = step as f32 * 1e-4;
            let expected = f64::from(x).exp();
            assert!((f64::from(exp(x)) / expected - 1.0).abs() < 2.5e-7, "{x}: {} {expected}", exp(x));
        }
        for step in 0..=100_000 {
            let y = step as f32 * 1e-5;
            let expected = f64::from(y).ln_1p();
            assert!((f64::from(ln_1p(y)) - expected).abs() <= 2.5e-7 * expected, "{y}: {} {expected}", ln_1p(y));
        }
    }

    #[test]
    fn softplus_of_any_number() {
        for x in [-200.0, -20.0, -1.0, 0.0, 0.5, 3.0, 30.0, 1e10] {
            let expected = if x > 30.0 { f64::from(x) } else { f64::from(x).exp().ln_1p() };
            let slope = 1.0 / (1.0 + (-f64::from(x)).exp());
            let (value, found) = softplus(x);
            assert!((f64::from(value) - expected).abs() <= 1e-6 * expected.max(1e-30), "{x}: {value} {expected}");
            assert!((f64::from(found) - slope).abs() < 1e-6, "{x}: {found} {slope}");
        }
        assert!(softplus(f32::NAN).0.is_nan() && exp(f32::NAN).is_nan());
    }
}
