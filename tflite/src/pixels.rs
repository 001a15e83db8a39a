//! Pixels that are standardized before they are quantized, all 256 of them.

use dim_model_format::Quantization;

/// What was done to a pixel before it was quantized: `(pixel / 255 - mean) / deviation`, channel by channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standardization<'a> {
    /// One, or one for each channel.
    pub mean: &'a [f32],
    /// One, or one for each channel; positive.
    pub deviation: &'a [f32],
}

impl Standardization<'_> {
    /// What becomes of the pixels 0 to 255 of each channel; `None` if the numbers are not usable, or of another number of
    /// channels.
    ///
    /// In single precision and in the order of the formula, as programs that feed such models compute it; then as
    /// `TFLite`'s `QUANTIZE` does.
    pub(crate) fn tables(&self, channels: u16, image: Quantization) -> Option<Vec<[i8; 256]>> {
        let channels = usize::from(channels);
        let fits = |numbers: &[f32]| numbers.len() == 1 || numbers.len() == channels;
        let usable = self.mean.iter().all(|mean| mean.is_finite())
            && self.deviation.iter().all(|deviation| deviation.is_finite() && *deviation > 0.0);
        if !fits(self.mean) || !fits(self.deviation) || !usable {
            return None;
        }
        let of_channels = self.mean.iter().cycle().zip(self.deviation.iter().cycle()).take(channels);
        Some(of_channels.map(|(mean, deviation)| table(*mean, *deviation, image)).collect())
    }
}

fn table(mean: f32, deviation: f32, Quantization { scale, zero_point }: Quantization) -> [i8; 256] {
    std::array::from_fn(|pixel| {
        let real = (pixel as f32 / 255.0 - mean) / deviation;
        // Half away from zero; what is far outside saturates.
        let code = ((real / scale).round() as i64).saturating_add(zero_point.into());
        code.clamp(i8::MIN.into(), i8::MAX.into()) as i8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(mean: f32, deviation: f32, scale: f32, zero_point: i8) -> [i8; 256] {
        let standardization = Standardization { mean: &[mean], deviation: &[deviation] };
        standardization.tables(1, Quantization { scale, zero_point }).unwrap()[0]
    }

    /// What `QUANTIZE` of TensorFlow Lite Micro makes of the floats that NumPy computes; of the second, half of the pixels are
    /// ties in the reals, which single precision decides.
    #[test]
    fn as_another_program_computes_it() {
        for (table, expected, sums) in [
            (
                table(0.485, 0.229, 0.0187, -14),
                [-127, -126, -125, -70, -69, -12, -11, -10, 56, 105, 106],
                [-2688, 937_639],
            ),
            (
                table(0.5, 0.5, 2.0 / 255.0, -1),
                [-128, -127, -126, -66, -64, -2, -1, 0, 72, 125, 126],
                [-192, 1_372_576],
            ),
            (
                table(0.0, 1.0, 1.0 / 255.0, -128),
                [-128, -127, -126, -65, -64, -2, -1, 0, 72, 126, 127],
                [-128, 1_381_760],
            ),
        ] {
            let some = [0, 1, 2, 63, 64, 126, 127, 128, 200, 254, 255].map(|pixel: usize| i32::from(table[pixel]));
            assert_eq!(some, expected);
            let weighted =
                |weight: fn(i32) -> i32| -> i32 { (0..).zip(table).map(|(i, code)| weight(i) * i32::from(code)).sum() };
            assert_eq!([weighted(|_| 1), weighted(|pixel| pixel)], sums);
        }
    }

    #[test]
    fn one_number_or_one_for_each_channel() {
        let image = Quantization { scale: 0.02, zero_point: 0 };
        let count = |mean: &[f32], deviation: &[f32]| {
            let standardization = Standardization { mean, deviation };
            standardization.tables(3, image).map(|tables| tables.len())
        };
        assert_eq!([count(&[0.5], &[0.2, 0.3, 0.4]), count(&[0.1, 0.2, 0.3], &[1.0])], [Some(3); 2]);
        let refused = [count(&[0.5; 2], &[0.2]), count(&[0.5], &[]), count(&[0.5], &[0.0]), count(&[f32::NAN], &[1.0])];
        assert_eq!(refused, [None; 4]);
    }
}
