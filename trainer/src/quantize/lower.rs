//! From float layers to integer nodes.

use dim_model_format::{About, Clamp, Error, FilterLayout, ModelBuilder, Padding, Quantization, TapKind, Window};

use super::Range;
use super::filter::quantize_filter;
use crate::model::{FloatEncoder, FloatLayer, FloatOperator};

/// Writes a `.dim` file: weights per channel and in the layout that all targets are fastest with, activations per tensor with the observed `ranges`, all four taps.
///
/// # Errors
/// If the result would not be a valid file, as with extents beyond the format's.
pub fn lower(encoder: &FloatEncoder, ranges: &[Range], about: About<'_>) -> Result<Vec<u8>, Error> {
    let architecture = &encoder.architecture;
    let mut builder = ModelBuilder::new(about, architecture.input);
    builder.set_filter_layout(FilterLayout::Paired);
    let mut tensor = builder.input();
    let mut input = Quantization { scale: 1.0 / 128.0, zero_point: 0 };
    let taps = [
        (architecture.feature_map, TapKind::FeatureMap),
        (architecture.conv, TapKind::Conv),
        (architecture.fc, TapKind::Fc),
        (architecture.layers.len() - 1, TapKind::Embedding),
    ];
    for (index, (layer, range)) in encoder.layers.iter().zip(ranges).enumerate() {
        let output = range.quantization();
        let clamp = if layer.relu { Clamp { min: output.zero_point, max: i8::MAX } } else { Clamp::NONE };
        let filter = quantize_filter(&channels_last(layer), &layer.bias, input, output);
        tensor = match layer.operator {
            FloatOperator::Conv2d { kernel, stride, padding, .. } => {
                let [kernel, stride, padding] =
                    [kernel, stride, padding].map(|extent| u8::try_from(extent).unwrap_or(0));
                let window = Window { kernel: [kernel; 2], stride: [stride; 2], padding: Padding::all(padding) };
                builder.conv2d(tensor, window, clamp, &filter, output)
            }
            FloatOperator::Linear { .. } => builder.fully_connected(tensor, clamp, &filter, output),
        };
        for (_, kind) in taps.iter().filter(|(tapped, _)| *tapped == index) {
            builder.tap(*kind, tensor);
        }
        input = output;
    }
    builder.finish()
}

/// Weights in the device's order, channels innermost: `OIHW` to `OHWI`, and the columns of a fully
/// connected layer from `[channels, height, width]` to `[height, width, channels]`.
fn channels_last(layer: &FloatLayer) -> Vec<f32> {
    let [channels, height, width] = match layer.operator {
        FloatOperator::Conv2d { in_channels, kernel, .. } => [in_channels, kernel, kernel],
        FloatOperator::Linear { input } => input,
    };
    let area = height * width;
    let permuted = |row: &[f32]| -> Vec<f32> {
        (0..area * channels).map(|index| row[index % channels * area + index / channels]).collect()
    };
    layer.weights.chunks_exact(channels * area).flat_map(permuted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_turned_to_channels_last() {
        // Two channels of 1x3: [a0 a1 a2, b0 b1 b2] becomes [a0 b0, a1 b1, a2 b2].
        let layer = FloatLayer {
            operator: FloatOperator::Linear { input: [2, 1, 3] },
            weights: vec![0.0, 1.0, 2.0, 10.0, 11.0, 12.0],
            bias: vec![0.0],
            relu: false,
        };
        assert_eq!(channels_last(&layer), [0.0, 10.0, 1.0, 11.0, 2.0, 12.0]);
    }
}
