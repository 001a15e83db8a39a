//! gemmlowp's arithmetic of numbers below one, in which `TFLite` computes the curves of activations.
//!
//! A number of `n` integer bits is an `i32` in units of `2^(n - 31)`. Every function rounds where gemmlowp's does, so
//! that its results are the same to the bit; their names are gemmlowp's, too.

use dim_model_format::{Rescale, Rounding};

/// 1/2 of no integer bits, and the nearest to 1.
const HALF: i32 = 1 << 30;
const ONE: i32 = i32::MAX;
/// Of two integer bits.
const ONE_OF_4: i32 = 1 << 29;
/// 48/17 and -32/17 of two integer bits: the line from which Newton's iteration of a reciprocal starts.
const LINE: [i32; 2] = [1_515_870_810, -1_010_580_540];
/// exp(-1/8) and 1/3 of no integer bits.
const EXP_OF_MINUS_EIGHTH: i32 = 1_895_147_668;
const THIRD: i32 = 715_827_883;
/// exp(-2^k) of no integer bits, for `k` from -2 on.
const EXP_OF_MINUS_POWERS: [i32; 7] =
    [1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242];

/// `a * b * 2^-31` to nearest, ties away from zero but for one below zero.
pub(crate) fn saturating_rounding_doubling_high_mul(a: i32, b: i32) -> i32 {
    let product = i64::from(a) * i64::from(b);
    let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
    i32::try_from((product + nudge) / (1 << 31)).unwrap_or(i32::MAX)
}

/// `x * 2^-exponent` to nearest, ties away from zero, for exponents from 0 to 31.
pub(crate) fn rounding_divide_by_pot(x: i32, exponent: u32) -> i32 {
    let divisor = 1_i64 << exponent;
    let magnitude = (2 * i64::from(x).abs() + divisor) / (2 * divisor);
    (magnitude * i64::from(x.signum())) as i32
}

/// `x` times a factor, rounded twice or once; of a shift to the left, bits that leave 32 are lost.
pub(crate) fn multiply_by_quantized_multiplier(x: i32, factor: Rescale, rounding: Rounding) -> i32 {
    let Rescale { multiplier, shift } = factor;
    if let Rounding::Single = rounding {
        let right = (31 - i32::from(shift)).unsigned_abs();
        return ((i64::from(x) * i64::from(multiplier) + (1 << (right - 1))) >> right) as i32;
    }
    let [left, right] = [shift.max(0), shift.saturating_neg().max(0)].map(|bits| u32::from(bits.unsigned_abs()));
    let high = saturating_rounding_doubling_high_mul(x.wrapping_shl(left), multiplier);
    rounding_divide_by_pot(high, right)
}

/// 1 / (1 + exp(-x)) for `x` of four integer bits, in no integer bits.
pub(crate) fn logistic(x: i32) -> i32 {
    if x == 0 {
        return HALF;
    }
    // `x` is no smaller than -2^31 + 1, since the callers' inputs are below 15 in magnitude.
    let of_magnitude = half_reciprocal(exp_of_negative(-x.abs(), 4));
    let of_magnitude = shifted_left(of_magnitude, 1);
    if x > 0 { of_magnitude } else { ONE - of_magnitude }
}

/// The hyperbolic tangent of `x` of four integer bits, in no integer bits.
pub(crate) fn tanh(x: i32) -> i32 {
    if x == 0 {
        return 0;
    }
    // (1 - exp(-2x)) / (1 + exp(-2x)), and the same bits with one integer bit more are twice as much.
    let reciprocal = half_reciprocal(exp_of_negative(-x.abs(), 5));
    let of_magnitude = shifted_left(reciprocal - ONE_OF_4, 2);
    if x > 0 { of_magnitude } else { -of_magnitude }
}

/// 2 / (1 + a) of two integer bits, for `a` between 0 and 1 of none: three steps of Newton's iteration.
fn half_reciprocal(a: i32) -> i32 {
    // Half of the sum with 1, to nearest.
    let half = ((i64::from(a) + i64::from(ONE) + 1) / 2) as i32;
    let mut x = LINE[0] + saturating_rounding_doubling_high_mul(half, LINE[1]);
    for _ in 0..3 {
        let error = ONE_OF_4 - saturating_rounding_doubling_high_mul(half, x);
        x = x.wrapping_add(shifted_left(saturating_rounding_doubling_high_mul(x, error), 2));
    }
    x
}

/// exp(a) of no integer bits, for `a < 0` of `integer_bits`.
fn exp_of_negative(a: i32, integer_bits: u32) -> i32 {
    let fraction_bits = 31 - integer_bits;
    let quarter = 1 << (fraction_bits - 2);
    // What is left of `a` above a multiple of a quarter, less a quarter; and the multiple, bit by bit.
    let rest = (a & (quarter - 1)) - quarter;
    let mut result = exp_of_less_than_a_quarter(shifted_left(rest, integer_bits));
    let multiple = rest.wrapping_sub(a);
    for (factor, bit) in EXP_OF_MINUS_POWERS.into_iter().zip(fraction_bits - 2..31) {
        if multiple & 1 << bit != 0 {
            result = saturating_rounding_doubling_high_mul(result, factor);
        }
    }
    result
}

/// exp(a) for `a` from -1/4 to 0, all of no integer bits: four terms of the series around -1/8.
fn exp_of_less_than_a_quarter(a: i32) -> i32 {
    let times = saturating_rounding_doubling_high_mul;
    let x = a + (1 << 28);
    let square = times(x, x);
    let [cube, fourth] = [times(square, x), times(square, square)];
    let higher = times(rounding_divide_by_pot(fourth, 2) + cube, THIRD) + square;
    EXP_OF_MINUS_EIGHTH + times(EXP_OF_MINUS_EIGHTH, x + rounding_divide_by_pot(higher, 1))
}

/// `x * 2^bits`, or the end of the range; a little before it, as gemmlowp has it.
fn shifted_left(x: i32, bits: u32) -> i32 {
    let most = (1 << (31 - bits)) - 1;
    match x {
        _ if x > most => i32::MAX,
        _ if x < -most => i32::MIN,
        _ => x << bits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Within 10^-6 of the curves themselves.
    #[test]
    fn the_curves() {
        for step in -1490..1490 {
            let real = f64::from(step) / 100.0 + 0.003;
            let x = (real * f64::from(1 << 27)) as i32;
            let found = [logistic(x), tanh(x)].map(|y| f64::from(y) / f64::from(1_u32 << 31));
            let expected = [1.0 / (1.0 + (-real).exp()), real.tanh()];
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-6, "{real}: {found}, {expected}");
            }
        }
        assert_eq!([logistic(0), tanh(0)], [1 << 30, 0]);
    }

    #[test]
    fn ties() {
        let half = Rescale { multiplier: 1 << 30, shift: 0 };
        let halved = |rounding| [1, -1, 3, -3].map(|x| multiply_by_quantized_multiplier(x, half, rounding));
        assert_eq!([halved(Rounding::Double), halved(Rounding::Single)], [[1, 0, 2, -1]; 2]);
        let eighth = Rescale { multiplier: 1 << 30, shift: -2 };
        let of_3 = |rounding| multiply_by_quantized_multiplier(3, eighth, rounding);
        assert_eq!([of_3(Rounding::Double), of_3(Rounding::Single)], [1, 0]);
        assert_eq!([5, -5, 6, -6].map(|x| rounding_divide_by_pot(x, 2)), [1, -1, 2, -2]);
        assert_eq!(saturating_rounding_doubling_high_mul(i32::MIN, i32::MIN), i32::MAX);
    }
}
