//! One layer's weights and biases in integers.

use dim_model_format::{Filter, Quantization};
use dim_tflite::quantize_multiplier;

use crate::settings::WeightBits;

/// Largest product of an int8 weight and an input with its zero point taken off, as `Model::parse` counts it.
const MAX_PRODUCT: i64 = 255 * 128;
/// Scales of four-bit weights that are tried lie between half and all of the largest weight, so many on the whole.
const CUT_STEPS: u32 = 64;

/// Quantizes weights per output channel, symmetric, and biases at the scale of the accumulator,
/// `input.scale * weight_scale[channel]`.
///
/// A channel's weight scale is its largest weight over 127, or for four bits the one with the least squared error; where
/// that is so small that the bias would leave the accumulator, as in a dead channel, it is widened until the bias fits.
/// It is a 32-bit float, and the factor is computed from it as `TFLite` does when it loads a file, so that a `.tflite`
/// file, which holds scales and no factors, can say the same.
///
/// # Shapes
/// `weights` `[out_channels, fan_in]`, `bias` `[out_channels]`.
pub(super) fn quantize_filter(
    weights: &[f32],
    bias: &[f32],
    [input, output]: [Quantization; 2],
    bits: WeightBits,
) -> Filter {
    let fan_in = weights.len() / bias.len();
    let headroom = (i64::from(i32::MAX) - fan_in as i64 * MAX_PRODUCT).max(1) as f64;
    let mut filter = Filter::default();
    for (row, bias) in weights.chunks_exact(fan_in).zip(bias) {
        let for_bias = f64::from(bias.abs()) / (f64::from(input.scale) * headroom);
        let scale = (weight_scale(row, bits).max(for_bias) as f32).max(f32::MIN_POSITIVE);
        let scale = f64::from(scale);
        let acc_scale = f64::from(input.scale) * scale;
        filter.weights.extend(row.iter().map(|weight| quantize_weight(*weight, scale, bits)));
        filter.bias.push((f64::from(*bias) / acc_scale).round().clamp(-headroom, headroom) as i32);
        let rescale = quantize_multiplier(acc_scale / f64::from(output.scale));
        filter.multiplier.push(rescale.multiplier);
        filter.shift.push(rescale.shift);
    }
    filter
}

/// The nearest number that `bits` have, without the least one, which would make weights asymmetric.
fn quantize_weight(weight: f32, scale: f64, bits: WeightBits) -> i8 {
    let unit = bits.unit();
    let most = f64::from(i8::MAX / unit);
    unit * (f64::from(weight) / (scale * f64::from(unit))).round().clamp(-most, most) as i8
}

/// Scale of the weights of a channel, `weight = scale * q`.
fn weight_scale(row: &[f32], bits: WeightBits) -> f64 {
    let largest = f64::from(row.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs())));
    let unit = bits.unit();
    let widest = largest / f64::from(i8::MAX / unit * unit);
    match bits {
        WeightBits::Int8 => widest,
        // With few steps it is worth to cut off the largest weights.
        WeightBits::Int4 => {
            let error = |scale: f64| -> f64 {
                let of_weight = |weight: &f32| {
                    f64::from(*weight) - scale * f64::from(quantize_weight(*weight, scale.max(f64::MIN_POSITIVE), bits))
                };
                row.iter().map(of_weight).map(|error| error * error).sum()
            };
            let scales = (CUT_STEPS / 2..=CUT_STEPS).map(|part| widest * f64::from(part) / f64::from(CUT_STEPS));
            scales
                .map(|scale| (scale, error(scale)))
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .map_or(widest, |(scale, _)| scale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Quantization = Quantization { scale: 1.0, zero_point: 0 };

    #[test]
    fn weights_use_the_whole_range_of_their_channel() {
        let filter = quantize_filter(&[0.25, -1.0, 0.02, 0.005], &[2.0, -2.0], [UNIT; 2], WeightBits::Int8);
        assert_eq!(filter.weights, [32, -127, 127, 32]);
        assert_eq!(filter.bias, [254, -12700]);
    }

    #[test]
    fn a_dead_channel_keeps_its_bias() {
        let filter = quantize_filter(&[0.0, 0.0], &[3.0], [UNIT; 2], WeightBits::Int8);
        assert_eq!(filter.weights, [0, 0]);
        let factor = f64::from(filter.multiplier[0]) * f64::from(i32::from(filter.shift[0]) - 31).exp2();
        assert!((f64::from(filter.bias[0]) * factor - 3.0).abs() < 1e-6, "{filter:?}");
    }

    #[test]
    fn factors_are_those_of_scales_of_24_bits() {
        let [input, output] = [0.013, 0.029].map(|scale| Quantization { scale, zero_point: 0 });
        let weights: Vec<f32> = (1..200).map(|index| 0.003 * index as f32).collect();
        let filter = quantize_filter(&weights, &vec![0.0; weights.len()], [input, output], WeightBits::Int8);
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
        let filter = quantize_filter(&[0.0], &[0.0], [UNIT; 2], WeightBits::Int8);
        assert_eq!((filter.weights[0], filter.bias[0], filter.multiplier[0]), (0, 0, 0));
    }

    #[test]
    fn four_bits_are_multiples_of_sixteen() {
        let filter = quantize_filter(&[7.0, -7.0, 1.0, 3.0, 0.0], &[1.0], [UNIT; 2], WeightBits::Int4);
        assert_eq!(filter.weights, [112, -112, 16, 48, 0]);
        assert_eq!(filter.bias, [16]);
        let factor = f64::from(filter.multiplier[0]) * f64::from(i32::from(filter.shift[0]) - 31).exp2();
        assert!((factor * 16.0 - 1.0).abs() < 1e-8, "{factor}");
    }

    /// One weight that is far larger than many others costs more than it is worth.
    #[test]
    fn four_bits_cut_a_lone_weight_off() {
        let weights: Vec<f32> = (0..1000).map(|index| (index % 11) as f32 - 5.0).chain([9.0]).collect();
        let filter = quantize_filter(&weights, &[0.0], [UNIT; 2], WeightBits::Int4);
        let scale = f64::from(filter.multiplier[0]) * f64::from(i32::from(filter.shift[0]) - 31).exp2();
        assert!(scale * 112.0 < 8.0, "{scale}");
        let errors = |scale: f64| -> f64 {
            let code = |weight: f32| (f64::from(weight) / scale / 16.0).round().clamp(-7.0, 7.0) * 16.0;
            weights.iter().map(|weight| (f64::from(*weight) - scale * code(*weight)).powi(2)).sum()
        };
        assert!(errors(scale) < 0.7 * errors(9.0 / 112.0));
    }
}
