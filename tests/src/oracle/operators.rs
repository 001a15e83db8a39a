//! Every operator with a window or weights, and the addition, as the loops of its definition; `docs/ARITHMETIC.md` has a section for each.

use dim_model_format::{Add, Conv2d, FilterLayout, FullyConnected, Parameters, Pool2d, Window};

use super::activation::{Activation, Target, extents};
use super::arithmetic::requantize;
use super::outputs::{clamp, finish};

/// Filters in `OHWI` order, `[out_channels, kernel_height, kernel_width, in_channels]`.
pub(super) fn conv2d(
    op: &Conv2d,
    layout: FilterLayout,
    input: &Activation,
    parameters: &Parameters<'_>,
    output: &Target,
) -> Vec<i8> {
    let [height, width, _] = extents(output.shape);
    let in_channels = usize::from(input.shape.channels);
    let [kernel_height, kernel_width] = op.window.kernel.map(usize::from);
    let channels: Vec<_> = parameters.channels().collect();
    let mut values = Vec::new();
    for out_y in 0..height {
        for out_x in 0..width {
            for (o, channel) in channels.iter().enumerate() {
                let mut acc = i64::from(channel.bias);
                for i in 0..kernel_height {
                    for j in 0..kernel_width {
                        let [y, x] = input_position(&op.window, [out_y, out_x], [i, j]);
                        for c in 0..in_channels {
                            // Padding is real zero: it adds nothing.
                            let Some(q) = input.at(y, x, c) else { continue };
                            let k = (i * kernel_width + j) * in_channels + c;
                            let fan_in = kernel_height * kernel_width * in_channels;
                            let weight = weight(layout, parameters, [o, k], fan_in);
                            acc += (q - i64::from(input.zero_point)) * weight;
                        }
                    }
                }
                values.push(finish(acc, channel.rescale, output, op.clamp));
            }
        }
    }
    values
}

/// Filters in `1HWC` order, `[kernel_height, kernel_width, out_channels]`; output channel `o` reads
/// input channel `o / depth_multiplier`.
pub(super) fn depthwise_conv2d(
    op: &Conv2d,
    input: &Activation,
    parameters: &Parameters<'_>,
    output: &Target,
) -> Vec<i8> {
    let [height, width, out_channels] = extents(output.shape);
    let depth_multiplier = out_channels / usize::from(input.shape.channels);
    let [kernel_height, kernel_width] = op.window.kernel.map(usize::from);
    let channels: Vec<_> = parameters.channels().collect();
    let mut values = Vec::new();
    for out_y in 0..height {
        for out_x in 0..width {
            for (o, channel) in channels.iter().enumerate() {
                let mut acc = i64::from(channel.bias);
                for i in 0..kernel_height {
                    for j in 0..kernel_width {
                        let [y, x] = input_position(&op.window, [out_y, out_x], [i, j]);
                        let Some(q) = input.at(y, x, o / depth_multiplier) else { continue };
                        let index = (i * kernel_width + j) * out_channels + o;
                        acc += (q - i64::from(input.zero_point)) * i64::from(parameters.filter[index] as i8);
                    }
                }
                values.push(finish(acc, channel.rescale, output, op.clamp));
            }
        }
    }
    values
}

/// Weights in `[out, in]` order over the flattened input.
pub(super) fn fully_connected(
    op: &FullyConnected,
    layout: FilterLayout,
    input: &Activation,
    parameters: &Parameters<'_>,
    output: &Target,
) -> Vec<i8> {
    let mut values = Vec::new();
    for (o, channel) in parameters.channels().enumerate() {
        let mut acc = i64::from(channel.bias);
        for (i, q) in input.values.iter().enumerate() {
            let weight = weight(layout, parameters, [o, i], input.values.len());
            acc += (i64::from(*q) - i64::from(input.zero_point)) * weight;
        }
        values.push(finish(acc, channel.rescale, output, op.clamp));
    }
    values
}

/// Both inputs are scaled with `left_shift` more bits, added, and scaled to the output.
pub(super) fn add(op: &Add, inputs: [&Activation; 2], output: &Target) -> Vec<i8> {
    let mut values = Vec::new();
    for i in 0..inputs[0].values.len() {
        let mut sum = 0;
        for (input, rescale) in inputs.iter().zip(op.input_rescale) {
            let real = i64::from(input.values[i]) - i64::from(input.zero_point);
            sum += requantize(real * 2_i64.pow(u32::from(op.left_shift)), rescale, output.rounding);
        }
        values.push(finish(sum, op.output_rescale, output, op.clamp));
    }
    values
}

/// Mean of the elements inside the image, ties away from zero; zero points do not enter.
pub(super) fn average_pool2d(op: &Pool2d, input: &Activation, output: &Target) -> Vec<i8> {
    pool(op, input, output, |elements| {
        let count = elements.len() as i64;
        let sum = elements.iter().sum::<i64>();
        // floor(|sum| / count + 1/2), with the sign of the sum
        (2 * sum.abs() + count) / (2 * count) * sum.signum()
    })
}

/// Largest of the elements inside the image.
pub(super) fn max_pool2d(op: &Pool2d, input: &Activation, output: &Target) -> Vec<i8> {
    pool(op, input, output, |elements| elements.iter().copied().fold(i64::MIN, i64::max))
}

/// `reduce` sees the elements of each window that are inside the image.
fn pool(op: &Pool2d, input: &Activation, output: &Target, reduce: impl Fn(&[i64]) -> i64) -> Vec<i8> {
    let [height, width, channels] = extents(output.shape);
    let [kernel_height, kernel_width] = op.window.kernel.map(usize::from);
    let mut values = Vec::new();
    for out_y in 0..height {
        for out_x in 0..width {
            for c in 0..channels {
                let mut elements = Vec::new();
                for i in 0..kernel_height {
                    for j in 0..kernel_width {
                        let [y, x] = input_position(&op.window, [out_y, out_x], [i, j]);
                        elements.extend(input.at(y, x, c));
                    }
                }
                values.push(clamp(reduce(&elements), op.clamp));
            }
        }
    }
    values
}

/// Row and column of the input under kernel element `kernel` of the window at `output`; outside of the
/// image where the window reaches into the padding.
fn input_position(window: &Window, output: [usize; 2], kernel: [usize; 2]) -> [i64; 2] {
    let before = [window.padding.top, window.padding.left];
    [0, 1].map(|axis| {
        output[axis] as i64 * i64::from(window.stride[axis]) + kernel[axis] as i64 - i64::from(before[axis])
    })
}

/// The weight of output channel `o` for input `k` of `fan_in`: `docs/FORMAT.md`, "Filter layouts".
fn weight(layout: FilterLayout, parameters: &Parameters<'_>, [o, k]: [usize; 2], fan_in: usize) -> i64 {
    let filter = parameters.filter;
    // Two channels take eight numbers for every four inputs: 0 and 2 of both, then 1 and 3 of both.
    let [block, number] = [o / 2 * fan_in.div_ceil(4) + k / 4, [0, 4, 2, 6][k % 4] + o % 2];
    match layout {
        FilterLayout::Plain => i64::from(filter[o * fan_in + k] as i8),
        FilterLayout::Paired => i64::from(filter[8 * block + number] as i8),
        FilterLayout::Int4 => {
            // The first four numbers in the lower halves of four bytes, the others in the upper ones.
            let byte = i64::from(filter[4 * block + number % 4]);
            let half = if number < 4 { byte % 16 } else { byte / 16 };
            16 * if half < 8 { half } else { half - 16 }
        }
        newer => panic!("the oracle does not know the layout {newer:?}"),
    }
}
