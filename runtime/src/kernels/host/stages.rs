//! Output stages of the channels of a block, each part in an array of its own for vectors to load.

use dim_model_format::{Channel, Parameters, Rescale, Rounding};

use super::tile::CHANNELS;
use crate::requantize::OutputStage;

/// Largest magnitude of a sum that vectors scale, plus one: twice it has 31 bits.
const SUM_LIMIT: u32 = 1 << 30;
/// Largest product of a weight and the distance of an input from its zero point.
const LARGEST_PRODUCT: u32 = 255 * 128;

/// From the sums of [`CHANNELS`] channels to their outputs, `clamp(requantize(sum) + zero_point)`.
///
/// Vectors compute it as `clamp(((high + half + sign) >> right) + zero_point)`, where `high` is the rounded high word of
/// `2 * sum * multiplier` and `sign` is -1 if `high` is less than `below`. Nothing leaves 32 bits: with `|sum| < 2^30` no
/// `high` is larger than `2^30 - 1`, and no half than `2^30`. A tie away from zero is a tie upward after one is taken off
/// a negative number; where nothing is shifted there are no ties, and `below` is less than every number.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub(super) struct Stages {
    pub(super) bias: [i32; CHANNELS],
    pub(super) multiplier: [i32; CHANNELS],
    pub(super) half: [i32; CHANNELS],
    pub(super) below: [i32; CHANNELS],
    pub(super) right: [i32; CHANNELS],
    pub(super) zero_point: i16,
    pub(super) min: i8,
    pub(super) max: i8,
    /// The same, if vectors cannot compute it: for a single rounding, larger sums, and shifts to the left.
    pub(super) exact: Option<Exact>,
}

/// Output stages for numbers one by one.
#[derive(Debug, Clone)]
pub(super) struct Exact {
    output: OutputStage,
    rescale: [Rescale; CHANNELS],
}

impl Stages {
    /// The stages of channels from `first` on, whose sums have `fan_in` products. Channels behind the last one get zeros.
    pub(super) fn new(parameters: &Parameters<'_>, first: usize, output: OutputStage, fan_in: usize) -> Self {
        let channel = |i| parameters.channel(first + i);
        let products = u32::try_from(fan_in).unwrap_or(u32::MAX).saturating_mul(LARGEST_PRODUCT);
        let largest_sum = |channel: Option<Channel>| {
            products.saturating_add(channel.map_or(0, |Channel { bias, .. }| bias.unsigned_abs()))
        };
        let largest_sum = (0..CHANNELS).map(|i| largest_sum(channel(i))).max().unwrap_or(0);
        let rescale = core::array::from_fn(|i| channel(i).map_or(NOTHING, |channel| channel.rescale));
        let bias = core::array::from_fn(|i| channel(i).map_or(0, |channel| channel.bias));
        Self { bias, ..Self::of(output, rescale, largest_sum) }
    }

    /// Without biases, for sums of at most this magnitude.
    pub(super) fn of(output: OutputStage, rescale: [Rescale; CHANNELS], largest_sum: u32) -> Self {
        let is_exact = matches!(output.rounding(), Rounding::Double)
            && largest_sum < SUM_LIMIT
            && rescale.iter().all(|rescale| rescale.shift <= 0);
        let right = rescale.map(|rescale| -i32::from(rescale.shift.min(0)));
        let [min, max] = output.bounds();
        Self {
            bias: [0; CHANNELS],
            multiplier: rescale.map(|rescale| rescale.multiplier),
            half: right.map(|right| if right > 0 { 1 << (right - 1) } else { 0 }),
            below: right.map(|right| if right > 0 { 0 } else { i32::MIN }),
            right,
            zero_point: output.zero_point(),
            min,
            max,
            exact: (!is_exact).then_some(Exact { output, rescale }),
        }
    }
}

/// What makes zero of every sum.
const NOTHING: Rescale = Rescale { multiplier: 0, shift: 0 };

impl Exact {
    /// Outputs of the sums of all channels.
    pub(super) fn apply(&self, sums: &[i32; CHANNELS]) -> [i8; CHANNELS] {
        core::array::from_fn(|i| match (sums.get(i), self.rescale.get(i)) {
            (Some(sum), Some(rescale)) => self.output.apply(*sum, *rescale),
            _ => 0,
        })
    }
}
