//! What `TFLite` makes of each int8 number where it changes one number at a time: 256 outputs say all of it.
//!
//! | operator | formula |
//! |---|---|
//! | `QUANTIZE` | the factor of the scales' ratio |
//! | `MUL` by one number | the product with the number less its zero point, and the factor of the scales |
//! | `LEAKY_RELU` | another factor below zero; both made of ratios in single precision |
//! | `LOGISTIC`, `TANH` | gemmlowp's curves of a number of four integer bits; the output's scale does not enter |
//! | `HARD_SWISH` | 16-bit arithmetic, whose factors are made in single precision |

use dim_model_format::{Quantization, Rescale, Rounding};

use crate::factors::product_factor;
use crate::fixed_point::{logistic, multiply_by_quantized_multiplier, rounding_divide_by_pot, tanh};
use crate::multiplier::quantize_multiplier;

/// Outputs for the inputs from -128 to 127.
pub(crate) type Table = [i8; 256];

/// Bits of a word behind the four integer bits and the sign.
const FRACTION_BITS: i32 = 27;
/// Fractions are shifted by at most this; a larger scale leaves two outputs, and more is undefined in C++.
const MOST_SHIFT: i32 = 62;

/// An operator of one input, by its attributes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Curve {
    Quantize,
    /// With its factor below zero.
    LeakyRelu(f32),
    Logistic,
    Tanh,
    HardSwish,
    /// By a constant and what it means.
    Times {
        code: i8,
        constant: Quantization,
    },
}

impl Curve {
    /// All outputs; `None` where `TFLite` refuses the scales, or what C++ does with them is not defined.
    pub(crate) fn table(self, input: Quantization, output: Quantization, rounding: Rounding) -> Option<Table> {
        match self {
            Self::Quantize => rescaled(input, output, [f64::from(input.scale) / f64::from(output.scale); 2], rounding),
            Self::LeakyRelu(alpha) => {
                let below = f64::from(input.scale * alpha / output.scale);
                rescaled(input, output, [below, f64::from(input.scale / output.scale)], rounding)
            }
            Self::Logistic if output.zero_point != i8::MIN => None,
            Self::Logistic => curved(input, rounding, |x| rounding_divide_by_pot(logistic(x), 23) - 128),
            Self::Tanh => curved(input, rounding, |x| rounding_divide_by_pot(tanh(x), 24)),
            Self::HardSwish => hard_swish(input, output),
            Self::Times { code, constant } => {
                let factor = product_factor([input, constant], output)?;
                let by = i32::from(code) - i32::from(constant.zero_point);
                let product = |x: i32| multiply_by_quantized_multiplier(x * by, factor, rounding);
                Some(table(input, |x| product(x).saturating_add(output.zero_point.into())))
            }
        }
    }
}

/// The outputs of a function of the input's difference from its zero point.
fn table(input: Quantization, of_difference: impl Fn(i32) -> i32) -> Table {
    std::array::from_fn(|index| {
        let difference = index as i32 - 128 - i32::from(input.zero_point);
        of_difference(difference).clamp(i8::MIN.into(), i8::MAX.into()) as i8
    })
}

/// One factor below zero, and one from there on.
fn rescaled(input: Quantization, output: Quantization, factors: [f64; 2], rounding: Rounding) -> Option<Table> {
    if factors.iter().any(|factor| !factor.is_finite() || *factor < 0.0) {
        return None;
    }
    let factors = factors.map(quantize_multiplier);
    // More bits to the left lose some, which is undefined in C++.
    let fits = |factor: &Rescale| 255_i64 << factor.shift.max(0) <= i64::from(i32::MAX) - 128;
    let of_difference = |x: i32| {
        let factor = factors[usize::from(x >= 0)];
        multiply_by_quantized_multiplier(x, factor, rounding) + i32::from(output.zero_point)
    };
    factors.iter().all(fits).then(|| table(input, of_difference))
}

/// A curve over real numbers within 15 of zero, and its ends beyond.
fn curved(input: Quantization, rounding: Rounding, curve: impl Fn(i32) -> i32) -> Option<Table> {
    let factor = f64::from(input.scale) * f64::from(1 << FRACTION_BITS);
    let shift = factor.log2().floor() as i32 + 1;
    if !(0..=MOST_SHIFT).contains(&shift) {
        return None;
    }
    // A scale has 24 bits, so nothing is rounded, and the logarithm of the next power of two is far.
    let multiplier = (factor * f64::from(31 - shift).exp2()) as i32;
    let radius = (15.0 * f64::from(1 << FRACTION_BITS) / f64::from(shift).exp2()) as i32;
    Some(table(input, |x| match x {
        _ if x <= -radius => i8::MIN.into(),
        _ if x >= radius => i8::MAX.into(),
        // Not reached by shifts that do not fit a byte: the radius of theirs is 0.
        _ => curve(multiply_by_quantized_multiplier(x, Rescale { multiplier, shift: shift as i8 }, rounding)),
    }))
}

/// `x * relu6(x + 3) / 6` in 16 bits.
fn hard_swish(input: Quantization, output: Quantization) -> Option<Table> {
    // The input with seven bits more, and three at 2^15.
    let fine = input.scale / 128.0;
    let [to_output, to_three] = [f64::from(fine / output.scale), f64::from(fine / (3.0 / 32768.0))];
    if !to_output.is_finite() || !to_three.is_finite() {
        return None;
    }
    let [to_output, to_three] = [to_output, to_three].map(quantize_multiplier);
    let [exponent, three_exponent] = [to_output.shift, to_three.shift].map(i32::from);
    if exponent > 0 {
        return None;
    }
    let [to_output, to_three] = [to_output, to_three].map(|factor| sixteen_bits(factor.multiplier));
    Some(table(input, |x| {
        let fine = (x << 7) as i16;
        let mut part = saturated(i64::from(fine) << (three_exponent - 1).max(0));
        part = high_mul(part, to_three);
        if three_exponent > 0 {
            part = saturated(i64::from(part) << 1);
        }
        part = divided_by_pot(part, (-three_exponent).max(0) as u32);
        // From -1..1 to 0..1.
        let part = (i32::from(part) + (1 << 15)) >> 1;
        let product = part * i32::from(high_mul(fine, to_output)) / (1 << 15);
        let output_value = divided_by_pot(product as i16, -exponent as u32);
        i32::from(output_value.wrapping_add(output.zero_point.into()))
    }))
}

/// The upper half of a multiplier, to nearest.
fn sixteen_bits(multiplier: i32) -> i16 {
    i16::try_from((i64::from(multiplier) + (1 << 15)) >> 16).unwrap_or(i16::MAX)
}

fn saturated(x: i64) -> i16 {
    x.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// `a * b * 2^-15` to nearest, ties as in 32 bits.
fn high_mul(a: i16, b: i16) -> i16 {
    let product = i32::from(a) * i32::from(b);
    let nudge = if product >= 0 { 1 << 14 } else { 1 - (1 << 14) };
    saturated(i64::from((product + nudge) / (1 << 15)))
}

/// gemmlowp's `RoundingDivideByPOT` of 16 bits: from the sixteenth bit on, its mask no longer fits them.
fn divided_by_pot(x: i16, exponent: u32) -> i16 {
    let mask = ((1_i64 << exponent) - 1) as i16;
    let threshold = (mask >> 1) + i16::from(x < 0);
    let quotient = (i32::from(x) >> exponent.min(31)) as i16;
    quotient.wrapping_add(i16::from(x & mask > threshold))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn quantization(scale: f32, zero_point: i8) -> Quantization {
        Quantization { scale, zero_point }
    }

    /// The curves over the reals, to a unit of the output, where factors round twice; two for the hard swish, in 16 bits.
    #[test]
    fn curves() {
        let input = quantization(0.05, -7);
        let unit = quantization(1.0 / 256.0, -128);
        let real = |index: usize| 0.05 * (index as f64 - 128.0 + 7.0);
        for (curve, output, most, function) in [
            (Curve::Quantize, quantization(0.07, 3), 0.76, (|x| x) as fn(f64) -> f64),
            (Curve::LeakyRelu(0.1), quantization(0.04, -100), 0.76, |x| if x < 0.0 { 0.1 * x } else { x }),
            (Curve::Logistic, unit, 0.51, |x| 1.0 / (1.0 + (-x).exp())),
            (Curve::Tanh, quantization(1.0 / 128.0, 0), 0.51, f64::tanh),
            (Curve::HardSwish, quantization(0.03, -110), 2.0, |x| x * (x + 3.0).clamp(0.0, 6.0) / 6.0),
        ] {
            for (index, found) in curve.table(input, output, Rounding::Double).unwrap().into_iter().enumerate() {
                let exact = function(real(index)) / f64::from(output.scale) + f64::from(output.zero_point);
                let error = f64::from(found) - exact.clamp(-128.0, 127.0);
                assert!(error.abs() <= most, "{curve:?} of {}: {found}, {exact}", real(index));
            }
        }
    }

    #[test]
    fn what_tflite_refuses() {
        let [wide, narrow] = [quantization(1e9, 0), quantization(1e-9, 0)];
        assert_eq!(Curve::Quantize.table(wide, narrow, Rounding::Double), None);
        assert_eq!(Curve::LeakyRelu(-0.1).table(narrow, narrow, Rounding::Double), None);
        assert_eq!(Curve::LeakyRelu(f32::NAN).table(narrow, narrow, Rounding::Double), None);
        assert_eq!(Curve::HardSwish.table(quantization(1.0, 0), quantization(0.001, 0), Rounding::Double), None);
        assert_eq!(Curve::Logistic.table(narrow, quantization(1.0 / 256.0, 0), Rounding::Double), None);
        assert_eq!(Curve::Tanh.table(quantization(1e-12, 0), narrow, Rounding::Double), None);
    }

    /// Two outputs are left where one unit of the input is more than 15.
    #[test]
    fn a_steep_curve() {
        let table = Curve::Tanh.table(quantization(1e6, 5), quantization(1.0 / 128.0, 0), Rounding::Double).unwrap();
        assert!(table[..=133].iter().all(|output| *output == i8::MIN));
        assert!(table[134..].iter().all(|output| *output == i8::MAX));
    }
}
