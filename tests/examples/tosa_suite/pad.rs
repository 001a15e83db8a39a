//! Paddings: a convolution that moves numbers and has zero padding around them, where zero is the number to pad with.

use dim_model_format::{Clamp, Filter, Rounding};

use super::run::{Outcome, quantization, run};
use super::test::{DataType, Test};
use super::window::Windowed;

/// Rows, columns and channels are padded by the runtime. Other axes are images: those outside are given as images of what to pad with.
pub(crate) fn pad(test: &Test<'_>) -> Outcome {
    let image = &test.inputs[0];
    if image.data_type != DataType::Int8 {
        return Err("its numbers are not int8".to_owned());
    }
    let zero_point = test.inputs[2].values[0];
    let rank = image.shape.len();
    // The last three axes, from rows to channels; with a tensor of fewer axes they are of one element.
    let mut axes = vec![(1, [0, 0]); 3_usize.saturating_sub(rank)];
    for (axis, extent) in image.shape.iter().enumerate() {
        let sides = [0, 1].map(|side| test.inputs[1].values[2 * axis + side]);
        axes.push((*extent, [sides[0].try_into().unwrap_or(0), sides[1].try_into().unwrap_or(0)]));
    }
    let (outer, inner) = axes.split_at(axes.len() - 3);
    let [(height, [top, bottom]), (width, [left, right]), (channels, [first, last])] = inner else {
        return Err("no axes".to_owned());
    };
    let images = with_outer(outer, &image.values, height * width * channels, zero_point);
    let count = images.len() / (height * width * channels);
    // From the last number that is left of all others, to the last one that is right of them.
    let kernel = [top + bottom + 1, left + right + 1];
    let all_around = [kernel[0] - 1, kernel[0] - 1, kernel[1] - 1, kernel[1] - 1];
    let Windowed { window, extents, images } =
        Windowed::new([count, *height, *width, *channels], &images, zero_point, kernel, [1, 1], all_around)?;
    let outputs = first + channels + last;
    let mut weights = vec![0; outputs * kernel[0] * kernel[1] * channels];
    for channel in 0..*channels {
        weights[(((channel + first) * kernel[0] + bottom) * kernel[1] + right) * channels + channel] = 1;
    }
    // Ones, with a factor of one.
    let filter =
        Filter { weights, bias: vec![0; outputs], multiplier: vec![1 << 30; outputs], shift: vec![1; outputs] };
    let output = quantization(zero_point)?;
    let padded = run(extents, zero_point, Rounding::Double, &images, |builder, input| {
        builder.conv2d(input, window, Clamp::NONE, &filter, output)
    })?;
    Ok(("conv2d", padded))
}

/// Images one after the other along `axes`, with images of `fill` before and after those that are there.
fn with_outer(axes: &[(usize, [usize; 2])], values: &[i32], image: usize, fill: i32) -> Vec<i32> {
    let Some(((extent, [before, after]), rest)) = axes.split_first() else { return values.to_vec() };
    let filled = |count: usize| {
        let inner: usize = rest.iter().map(|(extent, [before, after])| before + extent + after).product();
        vec![fill; count * inner * image]
    };
    let inside = values.chunks(values.len() / extent).flat_map(|values| with_outer(rest, values, image, fill));
    [filled(*before), inside.collect(), filled(*after)].concat()
}
