//! Output stages of the channels of a block, each part in an array of its own for vectors to load.

use dim_model_format::{Channel, Parameters, Rescale, Rounding};

use super::tile::CHANNELS;
use crate::requantize::{OutputStage, requantize};

/// Largest product of a weight and the distance of an input from its zero point.
const LARGEST_PRODUCT: u32 = 255 * 128;
/// More than twice a sum of which there are 31 bits.
const SUM_LIMIT: u64 = 1 << 30;

/// From the sums of [`CHANNELS`] channels to their outputs, `clamp(requantize(sum) + zero_point)`.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Stages {
    pub(super) bias: [i32; CHANNELS],
    pub(super) multiplier: [i32; CHANNELS],
    /// The shift to the right.
    pub(super) right: [i32; CHANNELS],
    /// One half at the scale before that shift.
    pub(super) half: [i32; CHANNELS],
    /// What is less than numbers of which ties go away from zero, that is, less than any if nothing is shifted.
    pub(super) below: [i32; CHANNELS],
    pub(super) zero_point: i16,
    pub(super) min: i8,
    pub(super) max: i8,
    pub(super) formula: Formula,
}

/// How a sum is requantized. In the first three, which round twice, `high` is `(sum * multiplier + 2^30) >> 31`, and a tie
/// of the shift away from zero is a tie upward after one is taken off a negative number: `sign` is -1 if `high` is less
/// than `below`, or 0.
#[derive(Debug, Clone)]
pub(super) enum Formula {
    /// `(high + half + sign) >> right`, for `|sum| < 2^30`: then twice a sum does not wrap, no `high` is larger than
    /// `2^30 - 1`, and no half than `2^30`.
    Half,
    /// The same of sums that are shifted to the left before, as where a factor is larger than one.
    Left([i32; CHANNELS]),
    /// `(((high + sign) >> (right - 1)) + 1) >> 1`, for sums of any size that are shifted to the right. Converters give
    /// channels that are always zero such biases.
    Wide,
    /// A single rounding: the lower 32 bits of `(sum * multiplier + 2^(once - 1)) >> once`, from products of 64 bits.
    Once([i32; CHANNELS]),
    /// One by one: two roundings of large sums that are not shifted to the right.
    Exact([Rescale; CHANNELS]),
}

impl Stages {
    /// The stages of channels from `first` on, whose sums have `fan_in` products. Channels behind the last one get zeros.
    pub(super) fn new(parameters: &Parameters<'_>, first: usize, output: OutputStage, fan_in: usize) -> Self {
        let channels = core::array::from_fn(|i| parameters.channel(first + i).unwrap_or(NOTHING));
        let products = u32::try_from(fan_in).unwrap_or(u32::MAX).saturating_mul(LARGEST_PRODUCT);
        let largest_sums = channels.map(|channel| products.saturating_add(channel.bias.unsigned_abs()));
        let bias = channels.map(|channel| channel.bias);
        Self { bias, ..Self::of(output, channels.map(|channel| channel.rescale), largest_sums) }
    }

    /// Without biases, for sums of at most these magnitudes.
    pub(super) fn of(output: OutputStage, rescale: [Rescale; CHANNELS], largest_sums: [u32; CHANNELS]) -> Self {
        let multiplier = rescale.map(|rescale| rescale.multiplier);
        // What is nothing may be shifted in any way.
        let shift = rescale.map(|rescale| if rescale.multiplier == 0 { -1 } else { i32::from(rescale.shift) });
        let [left, right] = [shift.map(|shift| shift.max(0)), shift.map(|shift| -shift.min(0))];
        let are_small = largest_sums.iter().zip(left).all(|(sum, left)| u64::from(*sum) << left < SUM_LIMIT);
        let formula = match output.rounding() {
            Rounding::Double if are_small && left == [0; CHANNELS] => Formula::Half,
            Rounding::Double if are_small => Formula::Left(left),
            Rounding::Double if right.iter().all(|right| *right > 0) => Formula::Wide,
            Rounding::Double => Formula::Exact(rescale),
            _ => Formula::Once(shift.map(|shift| 31 - shift)),
        };
        let [min, max] = output.bounds();
        Self {
            bias: [0; CHANNELS],
            multiplier,
            right,
            half: right.map(|right| if right > 0 { 1 << (right - 1) } else { 0 }),
            below: right.map(|right| if right > 0 { 0 } else { i32::MIN }),
            zero_point: output.zero_point(),
            min,
            max,
            formula,
        }
    }
}

/// A channel that is always zero.
const NOTHING: Channel = Channel { bias: 0, rescale: Rescale { multiplier: 0, shift: 0 } };

/// By [`Formula::Exact`].
pub(super) fn requantize_exactly(rescale: &[Rescale; CHANNELS], sums: &mut [i32; CHANNELS]) {
    for (sum, rescale) in sums.iter_mut().zip(rescale) {
        *sum = requantize(*sum, *rescale, Rounding::Double);
    }
}
