//! What instructions compute of an addition: 32 bits suffice, without the table of `lookup`.
//!
//! With `d = q - zero_point` and `k = 31 - left_shift`, an input at the common scale is, before its shift,
//! `floor((d * 2^left_shift * multiplier + 2^30) / 2^31) = floor((d * multiplier + 2^(k - 1)) / 2^k)`, where the product
//! has up to 39 bits. With `multiplier = 2^k * high + low` it is `d * high + floor((d * low + 2^(k - 1)) / 2^k)`, where
//! nothing has more than 31: `|d * high| < 2^(8 + left_shift)`, and `|d * low| < 2^(8 + k)`.

use dim_model_format::{Add, Rescale, Rounding};

use super::stages::Stages;
use super::tile::CHANNELS;
use crate::requantize::{OutputStage, requantize};

/// Elements that are computed together.
pub(super) const ELEMENTS: usize = 4 * CHANNELS;

/// Left shifts with which nothing leaves 32 bits: `8 + left_shift <= 30`, and `8 + k <= 30`.
const LEFT_SHIFTS: core::ops::RangeInclusive<u8> = 9..=22;
/// The largest shift of an input.
const MOST_RIGHT: i32 = 22;

/// One input of an addition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addend {
    pub(super) zero_point: i16,
    /// The multiplier divided by `2^k`, and what is left of it.
    pub(super) high: i32,
    pub(super) low: i32,
    /// The shift to the right, one half at the scale before it, and what is less than numbers of which ties go away from
    /// zero, that is, less than any if there is no shift.
    pub(super) right: i32,
    pub(super) half: i32,
    pub(super) below: i32,
    /// The shift to the left that is all there is, as where one of two scales is the larger one: `TFLite` gives it the
    /// factor one half.
    pub(super) left: Option<i32>,
}

/// An addition whose sums are small enough.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) addends: [Addend; 2],
    pub(super) k: i32,
    /// Of the output.
    pub(super) stages: Stages,
}

impl Sum {
    /// `None` where a factor is not one that follows from scales: with a single rounding, and with other left shifts
    /// than those about `TFLite`'s, 20.
    pub(super) fn new(op: &Add, zero_points: [i8; 2], output: OutputStage) -> Option<Self> {
        let (Rounding::Double, true) = (output.rounding(), LEFT_SHIFTS.contains(&op.left_shift)) else { return None };
        let k = 31 - i32::from(op.left_shift);
        let [a, b] = [0, 1].map(|input| addend(k, op.input_rescale[input], zero_points[input]));
        // The largest sums are those of the largest distances from the zero points.
        let largest = |rescale| {
            [255, -255].map(|d: i32| requantize(d << op.left_shift, rescale, output.rounding()).unsigned_abs())
        };
        let largest_sum: u32 = op.input_rescale.iter().flat_map(|rescale| largest(*rescale).into_iter().max()).sum();
        let stages = Stages::of(output, [op.output_rescale; CHANNELS], [largest_sum; CHANNELS]);
        Some(Self { addends: [a?, b?], k, stages })
    }
}

fn addend(k: i32, rescale: Rescale, zero_point: i8) -> Option<Addend> {
    let right = -i32::from(rescale.shift);
    let exists = (0..=MOST_RIGHT).contains(&right);
    let [low, high] = [rescale.multiplier & ((1 << k) - 1), rescale.multiplier >> k];
    let is_whole = low == 0 && right == 0 && high.count_ones() == 1;
    exists.then(|| Addend {
        zero_point: zero_point.into(),
        high,
        low,
        right,
        half: if right > 0 { 1 << (right - 1) } else { 0 },
        below: if right > 0 { 0 } else { i32::MIN },
        left: is_whole.then(|| high.trailing_zeros().cast_signed()),
    })
}
