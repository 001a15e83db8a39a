//! Convolutions: TOSA's result is the accumulator, all 32 bits of it, and ours is an int8 number.
//!
//! So each output channel is there 32 times, with factors of which each brings another bit of the accumulator to the
//! place of the sign: a shift to the left wraps. What is clamped to -1..=0 is -1 where the bit is set.

use dim_model_format::{Clamp, Filter, Quantization, Rounding};

use super::run::{Outcome, run};
use super::test::Test;
use super::window::{Windowed, map};

/// The bits of an accumulator.
const BITS: usize = 32;
/// A set bit becomes -1, and one that is not 0.
pub(crate) const SIGN: Clamp = Clamp { min: -1, max: 0 };
/// Of outputs that are bits.
pub(crate) const BIT: Quantization = Quantization { scale: 1.0, zero_point: 0 };

/// Channels with these biases, each of which is there once for every bit; `weight` has that of a channel for an input.
pub(crate) fn every_bit(
    bias: &[i32],
    fan_in: usize,
    is_depthwise: bool,
    weight: impl Fn(usize, usize) -> i8,
) -> Filter {
    let mut filter = Filter::default();
    let channels = bias.len() * BITS;
    filter.weights = if is_depthwise {
        (0..fan_in)
            .flat_map(|k| (0..channels).map(move |channel| (channel / BITS, k)))
            .map(|(o, k)| weight(o, k))
            .collect()
    } else {
        (0..channels)
            .flat_map(|channel| (0..fan_in).map(move |k| (channel / BITS, k)))
            .map(|(o, k)| weight(o, k))
            .collect()
    };
    for bias in bias {
        for bit in 0..BITS {
            // No shift brings bit 0 to the sign. One more changes bit 1 exactly if bit 0 is set.
            filter.bias.push(if bit == 0 { bias.saturating_add(1) } else { *bias });
            filter.shift.push(if bit == 0 { 30 } else { 31 - bit as i8 });
            // So near one that even -1 stays below zero.
            filter.multiplier.push(i32::MAX);
        }
    }
    filter
}

/// The accumulators of which these are the bits.
pub(crate) fn accumulators(bits: &[i32]) -> Vec<i32> {
    let number = |bits: &[i32]| {
        let set = |bit: usize| u32::from(bits[bit] != 0);
        let above = (1..BITS).fold(0, |number, bit| number | set(bit) << bit);
        (above | set(0) ^ set(1)).cast_signed()
    };
    bits.chunks(BITS).map(number).collect()
}

/// Weights less their zero point, which need nine bits, as sums of two numbers of int8; the second ones are left out if all are 0.
pub(crate) fn halves(weights: &[i32], zero_point: i32) -> Vec<Vec<i8>> {
    let differences = || weights.iter().map(|weight| weight - zero_point);
    if differences().all(|weight| i8::try_from(weight).is_ok()) {
        return vec![differences().map(|weight| weight as i8).collect()];
    }
    let half = |weight: i32| (weight / 2) as i8;
    vec![differences().map(half).collect(), differences().map(|weight| (weight - weight / 2) as i8).collect()]
}

/// A kernel with zeros between its elements.
struct Dilated {
    kernel: [usize; 2],
    dilation: [usize; 2],
}

impl Dilated {
    fn extents(&self) -> [usize; 2] {
        [0, 1].map(|axis| (self.kernel[axis] - 1) * self.dilation[axis] + 1)
    }

    /// The element at a place, if there is one.
    fn element(&self, [y, x]: [usize; 2]) -> Option<[usize; 2]> {
        let [rows, columns] = self.dilation;
        (y % rows == 0 && x % columns == 0).then_some([y / rows, x / columns])
    }
}

/// Biases, one for each of `channels`.
fn biases(test: &Test<'_>, channels: usize) -> Vec<i32> {
    let bias = &test.inputs[2].values;
    (0..channels).map(|channel| bias[channel % bias.len()]).collect()
}

/// Weights of two halves read channels that are given twice.
pub(crate) fn conv2d(test: &Test<'_>) -> Outcome {
    let [image, weights] = [0, 1].map(|input| &test.inputs[input]);
    let [from, zero_point] = [3, 4].map(|input| test.inputs[input].values[0]);
    let [batch, height, width, channels] = map(&image.shape)?;
    let [outputs, rows, columns, _] = map(&weights.shape)?;
    let kernel = Dilated { kernel: [rows, columns], dilation: test.ints(2)? };
    let halves = halves(&weights.values, zero_point);
    let times = halves.len();
    let images: Vec<i32> = image.values.chunks(channels).flat_map(|pixel| pixel.repeat(times)).collect();
    let extents = [batch, height, width, channels * times];
    let [y_extent, x_extent] = kernel.extents();
    let Windowed { window, extents, images } =
        Windowed::new(extents, &images, from, [y_extent, x_extent], test.ints(1)?, test.ints(0)?)?;
    let weight = |output: usize, k: usize| {
        let [place, input] = [k / (channels * times), k % (channels * times)];
        let element = kernel.element([place / x_extent, place % x_extent]);
        let half = &halves[input / channels];
        element.map_or(0, |[y, x]| half[((output * rows + y) * columns + x) * channels + input % channels])
    };
    let filter = every_bit(&biases(test, outputs), y_extent * x_extent * channels * times, false, weight);
    let bits = run(extents, from, Rounding::Double, &images, |builder, input| {
        builder.conv2d(input, window, SIGN, &filter, BIT)
    })?;
    Ok(("conv2d", accumulators(&bits)))
}

/// Weights of two halves read rows that are given twice, or columns where the rows are too many.
pub(crate) fn depthwise_conv2d(test: &Test<'_>) -> Outcome {
    let [image, weights] = [0, 1].map(|input| &test.inputs[input]);
    let [from, zero_point] = [3, 4].map(|input| test.inputs[input].values[0]);
    let [batch, height, width, channels] = map(&image.shape)?;
    let [rows, columns, _, multiplier] = map(&weights.shape)?;
    let kernel = Dilated { kernel: [rows, columns], dilation: test.ints(2)? };
    let halves = halves(&weights.values, zero_point);
    let [rows_given, columns_given] = if height > width { [1, halves.len()] } else { [halves.len(), 1] };
    let row = |row: &[i32]| row.chunks(channels).flat_map(|pixel| pixel.repeat(columns_given)).collect::<Vec<_>>();
    let images: Vec<i32> =
        image.values.chunks(width * channels).flat_map(|numbers| row(numbers).repeat(rows_given)).collect();
    let [y_extent, x_extent] = kernel.extents();
    let [y_stride, x_stride] = test.ints(1)?;
    let [top, bottom, left, right] = test.ints(0)?;
    let wide = x_extent * columns_given;
    let Windowed { window, extents, images } = Windowed::new(
        [batch, height * rows_given, width * columns_given, channels],
        &images,
        from,
        [y_extent * rows_given, wide],
        [y_stride * rows_given, x_stride * columns_given],
        [top * rows_given, bottom * rows_given, left * columns_given, right * columns_given],
    )?;
    let outputs = channels * multiplier;
    let weight = |output: usize, k: usize| {
        let [y, x] = [k / wide, k % wide];
        let half = &halves[y % rows_given + x % columns_given];
        let element = kernel.element([y / rows_given, x / columns_given]);
        element.map_or(0, |[y, x]| half[(y * columns + x) * outputs + output])
    };
    let filter = every_bit(&biases(test, outputs), y_extent * rows_given * wide, true, weight);
    let bits = run(extents, from, Rounding::Double, &images, |builder, input| {
        builder.depthwise_conv2d(input, window, SIGN, &filter, BIT)
    })?;
    Ok(("depthwise_conv2d", accumulators(&bits)))
}
