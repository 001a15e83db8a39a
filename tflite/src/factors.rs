//! From the fixed-point factors of a `.dim` file back to the float scales that `TFLite` makes them of.
//!
//! `TFLite` stores scales as 32-bit floats and computes the factor of channel `o` when it loads a file:
//! `QuantizeMultiplier(double(scale_in) * double(scale_weights[o]) / double(scale_out))`. The factor has
//! 31 significant bits and the scale 24, so only one in about a hundred factors can be made at all;
//! `quantize` picks weight scales of 24 bits and makes the factors in the same way, so all of its can.

use dim_model_format::{Add, Channel, Quantization, Rescale};

use crate::error::Inexpressible;
use crate::multiplier::quantize_multiplier;

/// `TFLite`'s headroom of an int8 addition.
pub(crate) const ADD_LEFT_SHIFT: u8 = 20;
/// A factor below 2^-32, which becomes zero.
const VANISHING: f64 = 1.0 / (1_u64 << 40) as f64;

/// The weight scale of each channel.
///
/// # Errors
/// [`Inexpressible::Factor`].
pub(crate) fn weight_scales(
    channels: impl Iterator<Item = Channel>,
    input: Quantization,
    output: Quantization,
) -> Result<Vec<f32>, Inexpressible> {
    let scale = |(channel, Channel { rescale, .. })| {
        weight_scale(rescale, input.scale, output.scale).ok_or(Inexpressible::Factor { channel, rescale })
    };
    channels.enumerate().map(scale).collect()
}

/// The weight scale that makes `rescale`. Two floats next to each other are at least 64 factors
/// apart, so the one nearest to the exact quotient is the only candidate but for its own rounding.
fn weight_scale(rescale: Rescale, input: f32, output: f32) -> Option<f32> {
    let factor = if rescale.multiplier == 0 { VANISHING } else { value(rescale) };
    let nearest = (factor * f64::from(output) / f64::from(input)) as f32;
    let makes_it = |scale: &f32| {
        let made = quantize_multiplier(f64::from(input) * f64::from(*scale) / f64::from(output));
        // Whatever its shift, a multiplier of zero gives zero.
        made == rescale || made.multiplier == 0 && rescale.multiplier == 0
    };
    let candidates = [nearest, nearest.next_down(), nearest.next_up(), f32::MIN_POSITIVE];
    candidates.into_iter().filter(|scale| scale.is_normal()).find(makes_it)
}

/// Whether `TFLite` would compute the factors of `op` from the scales of its tensors.
///
/// # Errors
/// [`Inexpressible::SumFactors`].
pub(crate) fn check_sum(op: &Add, inputs: [Quantization; 2], output: Quantization) -> Result<(), Inexpressible> {
    let same =
        op.left_shift == ADD_LEFT_SHIFT && sum_factors(inputs, output) == Some((op.input_rescale, op.output_rescale));
    if same { Ok(()) } else { Err(Inexpressible::SumFactors) }
}

/// The factors of both inputs and of the output that `TFLite` computes for an addition, with a left shift of
/// [`ADD_LEFT_SHIFT`]; `None` where it aborts.
pub(crate) fn sum_factors(inputs: [Quantization; 2], output: Quantization) -> Option<([Rescale; 2], Rescale)> {
    let scales = inputs.map(|input| f64::from(input.scale));
    let twice_max = 2.0 * scales[0].max(scales[1]);
    let headroom = f64::from(1_u32 << ADD_LEFT_SHIFT);
    let output_factor = twice_max / (headroom * f64::from(output.scale));
    let inputs = scales.map(|scale| quantize_multiplier(scale / twice_max));
    (output_factor < 1.0).then(|| (inputs, quantize_multiplier(output_factor)))
}

/// The factor of a product; `None` where it might leave 32 bits, which is undefined in C++.
pub(crate) fn product_factor([first, second]: [Quantization; 2], output: Quantization) -> Option<Rescale> {
    let rescale = quantize_multiplier(f64::from(first.scale) * f64::from(second.scale) / f64::from(output.scale));
    let fits = (255 * 255) << rescale.shift.max(0) <= i64::from(i32::MAX) - 128;
    fits.then_some(rescale)
}

/// A factor so near to one that it changes no number of nine bits, and that a weight scale makes where it can.
pub(crate) fn unit_factor(input: Quantization, output: Quantization) -> Rescale {
    let [input, output] = [input, output].map(|quantization| f64::from(quantization.scale));
    let weight = (output / input) as f32;
    let factor = if weight.is_normal() { input * f64::from(weight) / output } else { 1.0 };
    quantize_multiplier(factor)
}

/// The factor of a mean of `elements` numbers, which divides by them; `None` where a sum might leave 32 bits, which is
/// undefined in C++.
///
/// `TFLite` brings the multiplier of the scales' ratio to as many bits more as the number of elements has, divides by
/// that number, and takes the bits off the shift, which must not fall below -31.
pub(crate) fn mean_factor(input: Quantization, output: Quantization, elements: u32) -> Option<Rescale> {
    let ratio = quantize_multiplier(f64::from(input.scale) / f64::from(output.scale));
    let bits = i64::from(elements.checked_ilog2()?).min(31 + i64::from(ratio.shift));
    let multiplier = (i64::from(ratio.multiplier) << bits) / i64::from(elements);
    let shift = i64::from(ratio.shift) - bits;
    let largest = (255 * i64::from(elements)) << shift.max(0);
    let fits = largest <= i64::from(i32::MAX) - 128;
    Some(Rescale { multiplier: i32::try_from(multiplier).ok()?, shift: i8::try_from(shift).ok()? }).filter(|_| fits)
}

/// That no sum leaves 32 bits, which is undefined in C++: neither `|acc| * 2^shift`, nor the result plus a zero point.
///
/// # Errors
/// [`Inexpressible::LeftShift`].
pub(crate) fn check_left_shift(
    channel: usize,
    numbers: Channel,
    weights: impl Iterator<Item = i8>,
) -> Result<(), Inexpressible> {
    let products: i64 = weights.map(|weight| 255 * i64::from(weight.unsigned_abs())).sum();
    let largest = products + i64::from(numbers.bias.unsigned_abs());
    let shift = numbers.rescale.shift;
    // A right shift halves the result at least, which leaves room for a zero point.
    let fits = shift < 0 || largest << shift <= i64::from(i32::MAX) - 128;
    if fits { Ok(()) } else { Err(Inexpressible::LeftShift { channel, shift }) }
}

fn value(rescale: Rescale) -> f64 {
    f64::from(rescale.multiplier) * f64::from(i32::from(rescale.shift) - 31).exp2()
}

#[cfg(test)]
mod tests {
    use dim_model_format::Rounding;

    use super::*;
    use crate::multiplier::requantize;

    #[test]
    fn every_factor_made_of_a_float_scale_gives_that_scale() {
        let [input, output] = [0.0123_f32, 0.0234];
        let mut scale = 1e-7_f32;
        while scale < 1.0 {
            let rescale = quantize_multiplier(f64::from(input) * f64::from(scale) / f64::from(output));
            assert_eq!(weight_scale(rescale, input, output), Some(scale));
            scale *= 1.001;
        }
    }

    #[test]
    fn factors_between_two_scales_are_refused() {
        // At equal scales, a factor is a weight scale: 24 bits of it.
        let rescale = |multiplier| Rescale { multiplier, shift: -3 };
        assert_eq!(weight_scale(rescale(1 << 30), 1.0, 1.0), Some(0.0625));
        assert_eq!(weight_scale(rescale((1 << 30) + 128), 1.0, 1.0), Some(0.0625_f32.next_up()));
        assert_eq!(weight_scale(rescale((1 << 30) + 1), 1.0, 1.0), None);
    }

    #[test]
    fn a_factor_of_zero_vanishes_in_float_too() {
        for [input, output] in [[1.0, 1.0], [1e-3, 1e3], [1e3, 1e-3]] {
            let scale = weight_scale(Rescale { multiplier: 0, shift: -4 }, input, output).expect("a tiny scale");
            assert_eq!(quantize_multiplier(f64::from(input) * f64::from(scale) / f64::from(output)).multiplier, 0);
        }
    }

    #[test]
    fn a_mean_divides_by_its_elements() {
        let factor = |ratio: f32, elements| {
            let of = |scale| Quantization { scale, zero_point: 0 };
            mean_factor(of(ratio), of(1.0), elements)
        };
        let found = |multiplier, shift| Some(Rescale { multiplier, shift });
        assert_eq!(factor(1.0, 1), found(1 << 30, 1));
        assert_eq!(factor(1.0, 4), found(1 << 30, -1));
        // 2^31 / 3, and three quarters of it.
        assert_eq!([factor(1.0, 3), factor(0.75, 3)], [found(715_827_882, 0), found(1 << 29 << 1, -1)]);
        // The shift ends at -31, for one of -29 two bits further on.
        assert_eq!(factor(f32::from_bits(97 << 23), 7), found(613_566_756, -31));
        assert_eq!([factor(1.0, 0), factor(1.0, 1 << 24), factor((1_u32 << 24) as f32, 2)], [None; 3]);
    }

    #[test]
    fn a_product_must_fit_32_bits() {
        let of = |scale| Quantization { scale, zero_point: 3 };
        let factor = |first, second, output| product_factor([of(first), of(second)], of(output));
        assert_eq!(factor(0.5, 0.25, 1.0), Some(Rescale { multiplier: 1 << 30, shift: -2 }));
        // 65025 has 16 bits.
        assert_eq!(factor(1.0, 16384.0, 1.0), Some(Rescale { multiplier: 1 << 30, shift: 15 }));
        assert_eq!([factor(1.0, 32768.0, 1.0), factor(f32::MAX, f32::MAX, f32::MIN_POSITIVE)], [None; 2]);
        assert_eq!(factor(1e-30, 1e-30, 1.0), Some(Rescale { multiplier: 0, shift: 0 }));
    }

    #[test]
    fn a_factor_of_about_one_changes_nothing() {
        let of = |scale| Quantization { scale, zero_point: 0 };
        let mut scale = 1e-3_f32;
        while scale < 1e3 {
            let factor = unit_factor(of(scale), of(0.07));
            assert!(weight_scale(factor, scale, 0.07).is_some());
            for rounding in [Rounding::Double, Rounding::Single] {
                assert!((-255..=255).all(|x| requantize(x, factor, rounding) == i64::from(x)), "{scale}");
            }
            scale *= 1.01;
        }
        assert_eq!(unit_factor(of(f32::MAX), of(f32::MIN_POSITIVE)), Rescale { multiplier: 1 << 30, shift: 1 });
    }

    #[test]
    fn a_left_shift_must_fit_32_bits() {
        let numbers = |shift| Channel { bias: 2, rescale: Rescale { multiplier: 1 << 30, shift } };
        let largest_is_1022 = || [1, -3].into_iter();
        assert_eq!(check_left_shift(0, numbers(20), largest_is_1022()), Ok(()));
        let refused = Inexpressible::LeftShift { channel: 7, shift: 22 };
        assert_eq!(check_left_shift(7, numbers(22), largest_is_1022()), Err(refused));
    }
}
