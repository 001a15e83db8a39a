//! The span of real numbers that a tensor takes, and the int8 scale that covers it.

use dim_model_format::Quantization;
use serde::{Deserialize, Serialize};

/// Smallest and largest number observed; always spans zero.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Range {
    /// At most 0.
    pub min: f32,
    /// At least 0.
    pub max: f32,
}

impl Range {
    /// Widens the range to hold `values`.
    pub fn observe(&mut self, values: &[f32]) {
        for value in values {
            self.min = self.min.min(*value);
            self.max = self.max.max(*value);
        }
    }

    /// The int8 quantization that covers the range, with real zero exactly representable:
    /// `scale = (max - min) / 255`, the zero point rounded and kept in `[-128, 127]`.
    pub fn quantization(self) -> Quantization {
        let [min, max] = [f64::from(self.min), f64::from(self.max)];
        let scale = (max - min) / 255.0;
        if scale < f64::from(f32::MIN_POSITIVE) {
            return Quantization { scale: 1.0, zero_point: 0 };
        }
        let zero_point = (-128.0 - min / scale).round().clamp(-128.0, 127.0);
        Quantization { scale: scale as f32, zero_point: zero_point as i8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(values: &[f32]) -> Range {
        let mut range = Range::default();
        range.observe(values);
        range
    }

    #[test]
    fn a_relu_output_uses_all_codes() {
        let quantization = range(&[0.0, 51.0]).quantization();
        assert_eq!(quantization, Quantization { scale: 0.2, zero_point: -128 });
    }

    #[test]
    fn zero_is_exact_in_a_lopsided_range() {
        assert_eq!(range(&[-1.0, 2.0]).quantization().zero_point, -43);
        assert_eq!(range(&[5.0, 2.0]), Range { min: 0.0, max: 5.0 });
        assert_eq!(range(&[-3.0, -1.0]).quantization().zero_point, 127);
    }

    #[test]
    fn a_dead_tensor_has_a_usable_scale() {
        assert_eq!(range(&[0.0]).quantization(), Quantization { scale: 1.0, zero_point: 0 });
    }
}
