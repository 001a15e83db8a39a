//! From a real factor to the fixed-point one that the device multiplies by.

use dim_model_format::{Rescale, Rounding};

/// `factor` as `multiplier * 2^(shift - 31)`, with 31 significant bits: `TFLite`'s `QuantizeMultiplier`.
///
/// A factor below 2^-32 rounds to nothing on any 32-bit accumulator and becomes zero; one of 2^30 or
/// more saturates.
pub fn quantize_multiplier(factor: f64) -> Rescale {
    debug_assert!(factor.is_finite() && factor >= 0.0, "a ratio of scales");
    if factor == 0.0 {
        return Rescale { multiplier: 0, shift: 0 };
    }
    let mut shift = factor.log2().floor() as i32 + 1;
    let mut mantissa = factor * f64::from(-shift).exp2();
    // log2 may be off by one unit next to a power of two.
    if mantissa >= 1.0 {
        (mantissa, shift) = (mantissa / 2.0, shift + 1);
    } else if mantissa < 0.5 {
        (mantissa, shift) = (mantissa * 2.0, shift - 1);
    }
    let mut multiplier = (mantissa * f64::from(1_u32 << 31)).round() as i64;
    if multiplier == 1 << 31 {
        (multiplier, shift) = (1 << 30, shift + 1);
    }
    match (i32::try_from(multiplier), i8::try_from(shift)) {
        (Ok(multiplier), Ok(shift @ -31..=30)) => Rescale { multiplier, shift },
        _ if shift < -31 => Rescale { multiplier: 0, shift: 0 },
        _ => Rescale { multiplier: i32::MAX, shift: 30 },
    }
}

/// An accumulator of few bits times a factor below 2, as `TFLite` rounds it: `docs/ARITHMETIC.md`, Requantize.
pub(crate) fn requantize(acc: i32, rescale: Rescale, rounding: Rounding) -> i64 {
    let Rescale { multiplier, shift } = rescale;
    debug_assert!(acc.unsigned_abs() < 1 << 16 && shift <= 1, "no bit is lost");
    if rounding == Rounding::Single {
        let right = 31 - i32::from(shift);
        return (i64::from(acc) * i64::from(multiplier) + (1 << (right - 1))) >> right;
    }
    let product = i64::from(acc << shift.max(0)) * i64::from(multiplier);
    // Both round to the nearest number; ties go up here, and away from zero there.
    let high = (product + (1 << 30)) >> 31;
    let right = u32::from(shift.min(0).unsigned_abs());
    let half = (1_i64 << right) / 2;
    ((high.abs() + half) >> right) * high.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(rescale: Rescale) -> f64 {
        f64::from(rescale.multiplier) * f64::from(i32::from(rescale.shift) - 31).exp2()
    }

    #[test]
    fn known_factors() {
        for (factor, multiplier, shift) in [
            (1.0, 1 << 30, 1),
            (0.5, 1 << 30, 0),
            (0.75, 3 << 29, 0),
            (3.0, 3 << 29, 2),
            (0.0, 0, 0),
            (f64::from(-32).exp2(), 1 << 30, -31),
            (f64::from(-33).exp2(), 0, 0),
            (1e-30, 0, 0),
            (1e30, i32::MAX, 30),
            // The mantissa rounds up to one.
            (1.0 - f64::from(-40).exp2(), 1 << 30, 1),
        ] {
            assert_eq!(quantize_multiplier(factor), Rescale { multiplier, shift }, "{factor}");
        }
    }

    #[test]
    fn is_within_half_a_unit_of_the_last_place() {
        let mut factor = 1.234_567_89e-9;
        while factor < 1e9 {
            let rescale = quantize_multiplier(factor);
            assert!((value(rescale) / factor - 1.0).abs() <= f64::from(-31).exp2(), "{factor}");
            assert!(rescale.multiplier >= 1 << 30, "{factor}");
            factor *= 1.618_033_988;
        }
    }

    /// Rows of the tables in `docs/ARITHMETIC.md`.
    #[test]
    fn roundings_as_documented() {
        for (acc, multiplier, shift, double, single) in [
            (1, 1 << 30, 0, 1, 1),
            (-1, 1 << 30, 0, 0, 0),
            (3, 1 << 30, -2, 1, 0),
            (-5, 1 << 30, -1, -1, -1),
            (1000, 1_518_500_250, -4, 44, 44),
            (-1000, 1_518_500_250, -4, -44, -44),
            (12345, (1 << 30) + 1, -7, 48, 48),
            (100, i32::MAX, 0, 100, 100),
        ] {
            let of = |rounding| requantize(acc, Rescale { multiplier, shift }, rounding);
            assert_eq!([of(Rounding::Double), of(Rounding::Single)], [double, single], "{acc} {multiplier} {shift}");
        }
    }
}
