//! What instructions compute of an addition: both inputs are brought to a common scale as sums are to outputs, without the
//! table of `lookup`.

use dim_model_format::{Add, Rescale};

use super::stages::Stages;
use super::tile::CHANNELS;
use crate::requantize::{OutputStage, requantize};

/// Elements that are computed together.
pub(super) const ELEMENTS: usize = 4 * CHANNELS;

/// The factor of the input with the larger scale, as `TFLite` computes it.
const ONE_HALF: Rescale = Rescale { multiplier: 1 << 30, shift: 0 };
/// The largest distance from a zero point.
const LARGEST_DISTANCE: i32 = 255;

/// An addition, `requantize(sum(requantize((q - zero_point) << left_shift)))`.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) addends: [Addend; 2],
    /// Of the output.
    pub(super) stages: Stages,
}

/// One input of an addition.
#[derive(Debug)]
pub(super) struct Addend {
    pub(super) zero_point: i16,
    /// The shift to the left.
    pub(super) left: i32,
    /// What comes behind it, unless it is one half, which is one less to shift.
    pub(super) stages: Option<Stages>,
}

impl Sum {
    pub(super) fn new(op: &Add, zero_points: [i8; 2], output: OutputStage) -> Self {
        let largest = LARGEST_DISTANCE << op.left_shift;
        let addend = |input: usize| {
            let is_half = op.input_rescale[input] == ONE_HALF && op.left_shift > 0;
            let stages = || Stages::of(output, [op.input_rescale[input]; CHANNELS], [largest.unsigned_abs(); CHANNELS]);
            Addend {
                zero_point: zero_points[input].into(),
                left: i32::from(op.left_shift) - i32::from(is_half),
                stages: (!is_half).then(stages),
            }
        };
        // The largest sums are those of the largest distances from the zero points.
        let largest_of = |rescale| {
            let both = [largest, -largest].map(|value| requantize(value, rescale, output.rounding()).unsigned_abs());
            both[0].max(both[1])
        };
        let largest_sum = op.input_rescale.into_iter().map(largest_of).fold(0, u32::saturating_add);
        let stages = Stages::of(output, [op.output_rescale; CHANNELS], [largest_sum; CHANNELS]);
        Self { addends: [addend(0), addend(1)], stages }
    }
}
