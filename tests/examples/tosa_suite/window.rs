//! Windows: what of TOSA's a `.dim` file can state, and the poolings.

use dim_model_format::{Clamp, Filter, Padding, Pool2d, Rounding, Window};

use super::run::{Outcome, quantization, run, shape};
use super::test::Test;

/// A window and the images that it slides over.
pub(crate) struct Windowed {
    pub(crate) window: Window,
    /// Height, width and channels of an image.
    pub(crate) extents: [usize; 3],
    pub(crate) images: Vec<i32>,
}

fn byte(what: &str, number: usize) -> Result<u8, String> {
    u8::try_from(number).map_err(|_| format!("a {what} of more than 255, with what is given twice"))
}

impl Windowed {
    /// Padding that is not less than the kernel is given as part of the images.
    pub(crate) fn new(
        [batch, height, width, channels]: [usize; 4],
        images: &[i32],
        zero_point: i32,
        kernel: [usize; 2],
        stride: [usize; 2],
        [top, bottom, left, right]: [usize; 4],
    ) -> Result<Self, String> {
        let kernel_bytes = [byte("kernel", kernel[0])?, byte("kernel", kernel[1])?];
        let left_to = |side: usize, axis: usize| side.min(kernel[axis] - 1);
        let given = |side: usize, axis: usize| side - left_to(side, axis);
        let [above, before] = [given(top, 0), given(left, 1)];
        let extents = [height + above + given(bottom, 0), width + before + given(right, 1), channels];
        // So large an image is of no use.
        shape(extents)?;
        let mut padded = vec![zero_point; batch * extents.iter().product::<usize>()];
        for (row, numbers) in images.chunks(width * channels).enumerate() {
            let [image, y] = [row / height, row % height + above];
            let start = ((image * extents[0] + y) * extents[1] + before) * channels;
            padded[start..start + numbers.len()].copy_from_slice(numbers);
        }
        let padding = Padding {
            top: byte("padding", left_to(top, 0))?,
            bottom: byte("padding", left_to(bottom, 0))?,
            left: byte("padding", left_to(left, 1))?,
            right: byte("padding", left_to(right, 1))?,
        };
        let window =
            Window { kernel: kernel_bytes, stride: [byte("stride", stride[0])?, byte("stride", stride[1])?], padding };
        Ok(Self { window, extents, images: padded })
    }
}

/// Batch, height, width and channels of an image.
pub(crate) fn map(shape: &[usize]) -> Result<[usize; 4], String> {
    <[usize; 4]>::try_from(shape).map_err(|_| format!("{shape:?} is no shape of images"))
}

fn pooled(test: &Test<'_>, zero_point: i32) -> Result<Windowed, String> {
    let image = &test.inputs[0];
    Windowed::new(map(&image.shape)?, &image.values, zero_point, test.ints(0)?, test.ints(1)?, test.ints(2)?)
}

pub(crate) fn max_pool2d(test: &Test<'_>) -> Outcome {
    let Windowed { window, extents, images } = pooled(test, 0)?;
    let outputs = run(extents, 0, Rounding::Double, &images, |builder, input| {
        builder.max_pool2d(Pool2d { input, window, clamp: Clamp::NONE })
    })?;
    Ok(("max_pool2d", outputs))
}

/// Zero points enter the mean as they do a sum of products, and not as they do ours: every number has a weight of one. How many
/// numbers a window has inside differs at borders, and so does the factor; each number of the result comes from a run with
/// its factor.
pub(crate) fn average(test: &Test<'_>) -> Outcome {
    let [from, to] = [1, 2].map(|input| test.inputs[input].values[0]);
    let Windowed { window, extents, images } = pooled(test, from)?;
    let [_, rows, columns, channels] = map(&test.output.shape)?;
    let inside = |position: usize, axis: usize, before: u8| {
        let start = position * usize::from(window.stride[axis]);
        let [before, end] = [usize::from(before), start + usize::from(window.kernel[axis])];
        end.min(before + extents[axis]) - start.max(before)
    };
    let count = |index: usize| {
        let position = index / channels % (rows * columns);
        inside(position / columns, 0, window.padding.top) * inside(position % columns, 1, window.padding.left)
    };
    let mut counts: Vec<usize> = (0..rows * columns).map(|position| count(position * channels)).collect();
    counts.sort_unstable();
    counts.dedup();
    let area = usize::from(window.kernel[0]) * usize::from(window.kernel[1]);
    let output = quantization(to)?;
    let mut result = vec![0; test.output.shape.iter().product()];
    for of_these in counts {
        // As the specification makes the factor of a number.
        let bits = usize::BITS - (of_these - 1).leading_zeros();
        let multiplier = ((((1_u64 << 30) + 1) << bits) / of_these as u64) as i32;
        let filter = Filter {
            weights: vec![1; area * channels],
            bias: vec![0; channels],
            multiplier: vec![multiplier; channels],
            shift: vec![1 - bits as i8; channels],
        };
        let outputs = run(extents, from, Rounding::Single, &images, |builder, input| {
            builder.depthwise_conv2d(input, window, Clamp::NONE, &filter, output)
        })?;
        for (index, number) in outputs.into_iter().enumerate().filter(|(index, _)| count(*index) == of_these) {
            result[index] = number;
        }
    }
    Ok(("depthwise_conv2d", result))
}
