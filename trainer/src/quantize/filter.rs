//! One layer's weights and biases in integers.

use dim_model_format::{Filter, Quantization};
use dim_tflite::quantize_multiplier;

/// Largest product of an int8 weight and an input with its zero point taken off, as `Model::parse` counts it.
const MAX_PRODUCT: i64 = 255 * 128;

/// Quantizes weights per output channel, symmetric, to `[-127, 127]`, and biases at the scale of the
/// accumulator, `input.scale * weight_scale[channel]`.
///
/// A channel's weight scale is its largest weight over 127; where that is so small that the bias
/// would leave the accumulator, as in a dead channel, it is widened until the bias fits. It is a 32-bit
/// float, and the factor is computed from it as `TFLite` does when it loads a file, so that a `.tflite`
/// file, which holds scales and no factors, can say the same.
///
/// # Shapes
/// `weights` `[out_channels, fan_in]`, `bias` `[out_channels]`.
pub(super) fn quantize_filter(weights: &[f32], bias: &[f32], [input, output]: [Quantization; 2]) -> Filter {
    let fan_in = weights.len() / bias.len();
    let headroom = (i64::from(i32::MAX) - fan_in as i64 * MAX_PRODUCT).max(1) as f64;
    let mut filter = Filter::default();
    for (row, bias) in weights.chunks_exact(fan_in).zip(bias) {
        let largest = row.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        let for_bias = f64::from(bias.abs()) / (f64::from(input.scale) * headroom);
        let scale = ((f64::from(largest) / 127.0).max(for_bias) as f32).max(f32::MIN_POSITIVE);
        let scale = f64::from(scale);
        let acc_scale = f64::from(input.scale) * scale;
        filter.weights.extend(row.iter().map(|weight| (f64::from(*weight) / scale).round() as i8));
        filter.bias.push((f64::from(*bias) / acc_scale).round().clamp(-headroom, headroom) as i32);
        let rescale = quantize_multiplier(acc_scale / f64::from(output.scale));
        filter.multiplier.push(rescale.multiplier);
        filter.shift.push(rescale.shift);
    }
    filter
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Quantization = Quantization { scale: 1.0, zero_point: 0 };

    #[test]
    fn weights_use_the_whole_range_of_their_channel() {
        let filter = quantize_filter(&[0.25, -1.0, 0.02, 0.005], &[2.0, -2.0], [UNIT; 2]);
        assert_eq!(filter.weights, [32, -127, 127, 32]);
        assert_eq!(filter.bias, [254, -12700]);
    }

    #[test]
    fn a_dead_channel_keeps_its_bias() {
        let filter = quantize_filter(&[0.0, 0.0], &[3.0], [UNIT; 2]);
        assert_eq!(filter.weights, [0, 0]);
        let factor = f64::from(filter.multiplier[0]) * f64::from(i32::from(filter.shift[0]) - 31).exp2();
        assert!((f64::from(filter.bias[0]) * factor - 3.0).abs() < 1e-6, "{filter:?}");
    }

    #[test]
    fn factors_are_those_of_scales_of_24_bits() {
        let [input, output] = [0.013, 0.029].map(|scale| Quantization { scale, zero_point: 0 });
        let weights: Vec<f32> = (1..200).map(|index| 0.003 * index as f32).collect();
        let filter = quantize_filter(&weights, &vec![0.0; weights.len()], [input, output]);
        for (channel, weight) in weights.iter().enumerate() {
            let scale = (f64::from(*weight) / 127.0) as f32;
            let factor = f64::from(input.scale) * f64::from(scale) / f64::from(output.scale);
            let found = (filter.multiplier[channel], filter.shift[channel]);
            let expected = quantize_multiplier(factor);
            assert_eq!(found, (expected.multiplier, expected.shift), "{weight}");
        }
    }

    #[test]
    fn a_silent_channel_is_silent() {
        let filter = quantize_filter(&[0.0], &[0.0], [UNIT; 2]);
        assert_eq!((filter.weights[0], filter.bias[0], filter.multiplier[0]), (0, 0, 0));
    }
}
