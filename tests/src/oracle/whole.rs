//! Operators without a window and without sums of weights.

use dim_model_format::{Axis, Mean, Mul};

use super::activation::{Activation, Target, extents};
use super::outputs::finish;

/// Entry `q + 128` of the table for each `q`; the table is in two's complement.
pub(super) fn lookup(table: &[u8; 256], input: &Activation) -> Vec<i8> {
    let entry = |q: &i8| i64::from(table[(i64::from(*q) + 128) as usize]);
    input.values.iter().map(|q| (if entry(q) < 128 { entry(q) } else { entry(q) - 256 }) as i8).collect()
}

/// Each element from the input in whose share of the axis it lies; a flat one is along the channels of vectors.
pub(super) fn concatenation(axis: Axis, inputs: &[&Activation], output: &Target) -> Vec<i8> {
    if let Axis::Flat = axis {
        return inputs.iter().flat_map(|input| input.values.iter().copied()).collect();
    }
    let [height, width, channels] = extents(output.shape);
    let along = match axis {
        Axis::Height => 0,
        Axis::Width => 1,
        _ => 2,
    };
    let mut values = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                let mut place = [y, x, c];
                let mut inputs = inputs.iter();
                let mut input = inputs.next().expect("the first input is there");
                while place[along] >= extents(input.shape)[along] {
                    place[along] -= extents(input.shape)[along];
                    input = inputs.next().expect("the extents add up");
                }
                let q = input.at(place[0] as i64, place[1] as i64, place[2]).expect("the other extents are the same");
                values.push(q as i8);
            }
        }
    }
    values
}

/// Sum of each channel with the zero point taken off, scaled by a factor that divides by the number of elements.
pub(super) fn mean(op: &Mean, input: &Activation, output: &Target) -> Vec<i8> {
    let channels = usize::from(input.shape.channels);
    let of_channel = |c: usize| {
        let elements = input.values.iter().enumerate().filter(|(index, _)| index % channels == c);
        let sum = elements.fold(0, |sum, (_, q)| sum + i64::from(*q) - i64::from(input.zero_point));
        finish(sum, op.rescale, output, op.clamp)
    };
    (0..channels).map(of_channel).collect()
}

/// Each element of the first input times that of the second in its place, or in the first place where there is one only.
pub(super) fn mul(op: &Mul, [first, second]: [&Activation; 2], output: &Target) -> Vec<i8> {
    let [height, width, channels] = extents(output.shape);
    let mut values = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                let real = |input: &Activation| {
                    let [rows, columns, depth] = extents(input.shape);
                    let place = [y % rows, x % columns, c % depth];
                    let q = input.at(place[0] as i64, place[1] as i64, place[2]).expect("the extents agree or are 1");
                    q - i64::from(input.zero_point)
                };
                values.push(finish(real(first) * real(second), op.rescale, output, op.clamp));
            }
        }
    }
    values
}
