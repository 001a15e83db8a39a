//! From the scale of an accumulator to the scale of an int8 output, in fixed point.

use dim_model_format::{Channel, Clamp, Parameters, Rescale, Rounding};

use crate::operands::{MapMut, Operands};

/// `acc * multiplier * 2^(shift - 31)`, rounded as the file says.
///
/// Equal to `TFLite`'s `MultiplyByQuantizedMultiplier` and CMSIS-NN's `arm_nn_requantize`, each without and with
/// its option of a single rounding.
#[inline(never)]
pub(crate) const fn requantize(acc: i32, rescale: Rescale, rounding: Rounding) -> i32 {
    match rounding {
        Rounding::Single => rounded_once(acc, rescale),
        _ => rounded_twice(acc, rescale),
    }
}

/// [`saturating_rounding_doubling_high_mul`], then [`rounding_divide_by_pot`]. A left shift wraps in 32 bits.
#[inline]
pub(crate) const fn rounded_twice(acc: i32, rescale: Rescale) -> i32 {
    let shift = rescale.shift as i32;
    let (left, right) = if shift > 0 { (shift, 0) } else { (0, -shift) };
    rounding_divide_by_pot(saturating_rounding_doubling_high_mul(acc << left, rescale.multiplier), right)
}

/// `floor(acc * multiplier * 2^(shift - 31) + 1/2)`, wrapped to 32 bits: ties go up.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "wraps, as a left shift does in the other rounding")]
const fn rounded_once(acc: i32, rescale: Rescale) -> i32 {
    // 1..=62 for the shifts that `Model::parse` lets through, and the sum below 2^62 + 2^61.
    let right = (31 - rescale.shift as i32).cast_unsigned() & 63;
    ((acc as i64 * rescale.multiplier as i64 + ((1_i64 << right) >> 1)) >> right) as i32
}

/// `floor((2 * a * b + 2^31) / 2^32)`: gemmlowp's `SaturatingRoundingDoublingHighMul` for `b >= 0`.
///
/// Ties go up. Nothing saturates, since only `i32::MIN * i32::MIN` would and no multiplier is negative.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "|a * b| <= 2^62, so the high part fits 32 bits")]
const fn saturating_rounding_doubling_high_mul(a: i32, b: i32) -> i32 {
    ((a as i64 * b as i64 + (1 << 30)) >> 31) as i32
}

/// `x / 2^exponent` to nearest, ties away from zero: gemmlowp's `RoundingDivideByPOT`, `exponent` in `0..=31`.
#[inline]
const fn rounding_divide_by_pot(x: i32, exponent: i32) -> i32 {
    let mask = ((1_u32 << exponent) - 1).cast_signed();
    let threshold = (mask >> 1) + (x < 0) as i32;
    (x >> exponent) + ((x & mask) > threshold) as i32
}

/// The output's zero point and clamp, applied to a rescaled accumulator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutputStage {
    offset: i32,
    min: i32,
    max: i32,
    rounding: Rounding,
}

impl OutputStage {
    pub(crate) const fn new(operands: &Operands<'_>, clamp: Clamp) -> Self {
        Self {
            offset: operands.output.quantization.zero_point as i32,
            min: clamp.min as i32,
            max: clamp.max as i32,
            rounding: operands.rounding,
        }
    }

    /// Of outputs with this quantization.
    #[cfg(feature = "std")]
    pub(crate) const fn of(zero_point: i8, rounding: Rounding, clamp: Clamp) -> Self {
        Self { offset: zero_point as i32, min: clamp.min as i32, max: clamp.max as i32, rounding }
    }

    #[cfg(feature = "std")]
    pub(crate) const fn rounding(&self) -> Rounding {
        self.rounding
    }

    #[cfg(feature = "std")]
    #[expect(clippy::cast_possible_truncation, reason = "it was an int8 number")]
    pub(crate) const fn zero_point(&self) -> i16 {
        self.offset as i16
    }

    /// Those of the activation.
    #[cfg(feature = "std")]
    #[expect(clippy::cast_possible_truncation, reason = "min and max are int8")]
    pub(crate) const fn bounds(&self) -> [i8; 2] {
        [self.min as i8, self.max as i8]
    }

    /// `clamp(requantize(acc) + zero_point)`; one copy of it, since most outputs have a [`ChannelStage`].
    #[inline(never)]
    pub(crate) fn apply(self, acc: i32, rescale: Rescale) -> i8 {
        self.clamp(requantize(acc, rescale, self.rounding).saturating_add(self.offset))
    }

    /// Brings values that have only been saturated into the bounds of the activation.
    #[inline(never)]
    pub(crate) fn clamp_all(self, values: &mut [i8]) {
        if self.min > i32::from(i8::MIN) || self.max < i32::from(i8::MAX) {
            values.iter_mut().for_each(|value| *value = self.clamp(i32::from(*value)));
        }
    }

    /// Brings a number into the bounds of the activation.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "min and max are int8")]
    pub(crate) fn clamp(self, value: i32) -> i8 {
        value.max(self.min).min(self.max) as i8
    }
}

/// Bias and [`ChannelStage`] of two channels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct PairStage {
    pub(crate) bias: [i32; 2],
    pub(crate) channels: [ChannelStage; 2],
}

/// [`OutputStage`] of one channel, with all that does not depend on the sum computed ahead.
///
/// Exists only where the same bits come from fewer steps than [`requantize`] takes: where it rounds twice, `|acc| <
/// 2^30`, and the shift is to the right, by at most 22. Then
///
/// - `2 * acc` does not wrap, so the first rounding is that of the high word of `2 * acc * multiplier`;
/// - a tie away from zero is a tie upward after one is taken off a negative number;
/// - the zero point can be added before the shift, and nothing leaves 32 bits:
///   `2^30 + 2^21 + 2^7 * 2^22 + 1 < 2^31`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct ChannelStage {
    pub(crate) multiplier: i32,
    /// One half and the zero point, at the scale before the shift.
    pub(crate) addend: i32,
    pub(crate) right: u32,
}

impl PairStage {
    /// Memory for the stages of all channels, and what is left of it.
    pub(crate) fn split(scratch: &mut [u32], channels: usize) -> Option<(&mut [Self], &mut [u32])> {
        let words = channels.div_ceil(2) * size_of::<Self>() / size_of::<u32>();
        let (stages, rest) = scratch.split_at_mut_checked(words)?;
        Some((bytemuck::try_cast_slice_mut(stages).ok()?, rest))
    }

    /// Computes the stages of all channels, whose sums have `fan_in` products, or tells that one does not exist.
    pub(crate) fn fill(stages: &mut [Self], parameters: &Parameters<'_>, output: &MapMut<'_>, fan_in: usize) -> bool {
        let Rounding::Double = output.rounding else { return false };
        let mut channels = parameters.channels();
        stages.iter_mut().all(|stage| {
            let pair = [channels.next(), channels.next()];
            Self::new(output.zero_point, pair, fan_in).map(|new| *stage = new).is_some()
        })
    }

    /// The stage of one or two channels whose sums have `fan_in` products, if it exists.
    pub(crate) fn new(zero_point: i8, pair: [Option<Channel>; 2], fan_in: usize) -> Option<Self> {
        let largest_sum = u32::try_from(fan_in).ok()?.checked_mul(255 * 128)?;
        let stage = |channel: Option<Channel>| {
            let Some(Channel { bias, rescale }) = channel else { return Some((0, ChannelStage::default())) };
            let largest_sum = largest_sum.checked_add(bias.unsigned_abs())?;
            Some((bias, ChannelStage::new(zero_point, rescale, largest_sum)?))
        };
        let [first, second] = pair;
        let [first, second] = [stage(first)?, stage(second)?];
        Some(Self { bias: [first.0, second.0], channels: [first.1, second.1] })
    }
}

impl ChannelStage {
    /// The stage of sums of at most `largest_sum` in magnitude, if it exists.
    pub(crate) fn of(output: &MapMut<'_>, rescale: Rescale, largest_sum: u32) -> Option<Self> {
        let Rounding::Double = output.rounding else { return None };
        Self::new(output.zero_point, rescale, largest_sum)
    }

    fn new(zero_point: i8, rescale: Rescale, largest_sum: u32) -> Option<Self> {
        let right = u32::from(rescale.shift.unsigned_abs());
        let addend = |right: u32| (1 << (right - 1)) + (i32::from(zero_point) << right);
        let exists = largest_sum < 1 << 30 && rescale.shift < 0 && right <= 22;
        exists.then(|| Self { multiplier: rescale.multiplier, addend: addend(right), right })
    }

    /// [`OutputStage::apply`] without the clamp of an activation.
    #[inline]
    pub(crate) fn apply(self, acc: i32) -> i8 {
        let high = high_word_rounded(acc << 1, self.multiplier);
        saturate((high + self.addend + (high >> 31)) >> self.right)
    }
}

/// `floor((a * b + 2^31) / 2^32)` for `b >= 0`: `SMMULR`.
#[inline]
const fn high_word_rounded(a: i32, b: i32) -> i32 {
    if cfg!(dim_armv6m) { high_word_rounded_by_halves(a, b) } else { high_word_rounded_by_64_bits(a, b) }
}

#[inline]
const fn high_word_rounded_by_64_bits(a: i32, b: i32) -> i32 {
    let product = a as i64 * b as i64;
    // The first one is what `SMMULR` is recognized by, the second one shorter elsewhere.
    if cfg!(dim_dsp) {
        ((product + (1 << 31)) >> 32) as i32
    } else {
        (product >> 32) as i32 + (product >> 31 & 1) as i32
    }
}

/// For a processor that multiplies to 32 bits only: `a = 2^16 * a1 + a0` and `b = 2^16 * b1 + b0` with `a0` and `b0`
/// in `0..2^16`, and `b1` in `0..2^15`.
#[inline]
#[expect(clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "halves of words")]
const fn high_word_rounded_by_halves(a: i32, b: i32) -> i32 {
    let [a0, b0] = [a as u32 & 0xffff, b as u32 & 0xffff];
    let [a1, b1] = [a >> 16, b >> 16];
    // What is left of the lowest product at 2^16, at most 2^16 - 1.
    let low = (a0 * b0) >> 16;
    // At 2^16; neither leaves 32 bits: a0 * b1 + low + 2^15 < 2^16 * 2^15, and |a1 * b0| <= 2^15 * (2^16 - 1).
    let right = (a0 * b1 as u32 + low + (1 << 15)) as i32;
    let left = a1 * b0 as i32;
    // floor((left + right) / 2^16), with the two added where nothing is lost.
    let carry = ((left & 0xffff) + (right & 0xffff)) >> 16;
    a1 * b1 + (left >> 16) + (right >> 16) + carry
}

/// The nearest int8 number: `SSAT`.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "clamped to int8")]
fn saturate(value: i32) -> i8 {
    value.clamp(-128, 127) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: i32 = 1 << 30;

    #[test]
    fn ties_of_the_multiplication_go_up() {
        // 1 * 0.5 = 0.5 and -1 * 0.5 = -0.5
        assert_eq!(saturating_rounding_doubling_high_mul(1, HALF), 1);
        assert_eq!(saturating_rounding_doubling_high_mul(-1, HALF), 0);
    }

    #[test]
    fn ties_of_the_shift_go_away_from_zero() {
        for (x, exponent, expected) in [(5, 1, 3), (-5, 1, -3), (6, 2, 2), (-6, 2, -2), (-1, 1, -1), (7, 0, 7)] {
            assert_eq!(rounding_divide_by_pot(x, exponent), expected, "{x} / 2^{exponent}");
        }
        assert_eq!(rounding_divide_by_pot(i32::MIN, 31), -1);
        assert_eq!(rounding_divide_by_pot(i32::MAX, 31), 1);
    }

    /// Every pair of numbers at which a half or a carry could go wrong, and many others.
    #[test]
    fn halves_and_64_bits_agree() {
        let edges = [0, 1, 2, 0x7fff, 0x8000, 0x8001, 0xffff, 0x1_0000, 0x1_0001, 0x7fff_0000, 0x7fff_8000, i32::MAX];
        let signed = edges.into_iter().flat_map(|a| [a, -a, !a]);
        let mut state = 1_u32;
        let mut draw = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.cast_signed()
        };
        let drawn: Vec<_> = (0..1 << 20).map(|_| (draw(), draw() & i32::MAX)).collect();
        for (a, b) in signed.flat_map(|a| edges.map(|b| (a, b))).chain(drawn) {
            assert_eq!(high_word_rounded_by_halves(a, b), high_word_rounded_by_64_bits(a, b), "{a} * {b}");
        }
    }

    #[test]
    fn rounding_once_and_twice_differ() {
        // 3 * 0.5 = 1.5 -> 2, then 2 / 4 = 0.5 -> 1; but 3 / 8 = 0.375 -> 0.
        let eighth = Rescale { multiplier: HALF, shift: -2 };
        assert_eq!([Rounding::Double, Rounding::Single].map(|rounding| requantize(3, eighth, rounding)), [1, 0]);
        // 2 * 0.25 = 0.5, and its negative.
        let quarter = Rescale { multiplier: HALF, shift: -1 };
        let both = |acc| [Rounding::Double, Rounding::Single].map(|rounding| requantize(acc, quarter, rounding));
        assert_eq!([both(2), both(-2)], [[1, 1], [-1, 0]]);
        let twofold = Rescale { multiplier: HALF, shift: 2 };
        assert_eq!(requantize(3, twofold, Rounding::Double), 6);
    }

    #[test]
    fn what_does_not_fit_wraps() {
        let factor = Rescale { multiplier: i32::MAX, shift: 2 };
        // Before the multiplication, and after it: 2^32 - 2 is -2.
        assert_eq!(requantize(1 << 30, factor, Rounding::Double), 0);
        assert_eq!(requantize(1 << 30, factor, Rounding::Single), -2);
    }
}
