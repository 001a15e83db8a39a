//! What is told of an inference: real numbers, in thousandths.

use dim_runtime::Quantized;

use crate::task::Task;

/// Most of them: as keyword spotting has classes.
const MOST: usize = 12;
/// Beyond it a probability has no thousandths, nor many zeros behind them.
const NEGLIGIBLE: f64 = 64.0;

/// Results of an inference.
///
/// # Formula
/// Where the task has classes, the softmax of the scores `s = scale * (q - zero_point)`: `exp(s) / sum(exp(s))`. A model that
/// was imported leaves its own softmax out, which gives the same in steps of 1/256. For anomaly detection, the mean of
/// `(output - input)^2` over all elements, the input as it was sent. Both in double precision, rounded to thousandths, ties away
/// from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Results {
    thousandths: [u32; MOST],
    count: usize,
}

impl Results {
    pub(crate) fn of(task: Task, output: Quantized<'_>, sent: &[u8]) -> Self {
        let mut thousandths = [0; MOST];
        if task == Task::AnomalyDetection {
            let [first, ..] = &mut thousandths;
            *first = in_thousandths(mean_squared_difference(output, sent));
            return Self { thousandths, count: 1 };
        }
        let most = output.values.iter().copied().max().unwrap_or(0);
        // At least one of them is 1.
        let parts = || output.values.iter().map(|score| part(most, *score, output.quantization.scale));
        let sum: f64 = parts().sum();
        let count = thousandths.iter_mut().zip(parts()).map(|(to, part)| *to = in_thousandths(part / sum)).count();
        Self { thousandths, count }
    }

    /// In thousandths: one of each class, or the only one.
    pub fn thousandths(&self) -> &[u32] {
        self.thousandths.get(..self.count).unwrap_or_default()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast ends with the range, and none is negative"
)]
fn in_thousandths(real: f64) -> u32 {
    (real * 1000.0 + 0.5) as u32
}

/// `exp(score - most)`, both of them real.
fn part(most: i8, score: i8, scale: f32) -> f64 {
    let below = f64::from(scale) * f64::from(i16::from(most) - i16::from(score));
    if below < NEGLIGIBLE { 1.0 / exponential(below) } else { 0.0 }
}

/// `exp(x)` for `x` from 0 to [`NEGLIGIBLE`], to about 14 digits: the series of a 64th part, squared six times.
fn exponential(x: f64) -> f64 {
    const TERMS: u8 = 20;
    const SQUARES: u8 = 6;
    let part = x / f64::from(1_u8 << SQUARES);
    // By Horner's rule.
    let series = (1..=TERMS).rev().fold(1.0, |sum, term| 1.0 + part / f64::from(term) * sum);
    (0..SQUARES).fold(series, |power, _| power * power)
}

fn mean_squared_difference(output: Quantized<'_>, sent: &[u8]) -> f64 {
    let scale = f64::from(output.quantization.scale);
    let zero = i16::from(output.quantization.zero_point);
    let (mut sum, mut count) = (0.0, 0_u32);
    for (code, real) in output.values.iter().zip(Task::reals(sent)) {
        let difference = scale * f64::from(i16::from(*code) - zero) - f64::from(real);
        sum += difference * difference;
        count += 1;
    }
    sum / f64::from(count.max(1))
}

#[cfg(test)]
mod tests {
    use dim_model_format::{Quantization, Shape};
    use proptest::prelude::*;

    use super::*;

    fn output(values: &[i8], scale: f32, zero_point: i8) -> Quantized<'_> {
        let shape = Shape::vector(u16::try_from(values.len()).unwrap());
        Quantized { values, shape, quantization: Quantization { scale, zero_point } }
    }

    #[test]
    fn a_difference_is_the_mean_of_squares() {
        let sent: Vec<u8> = [1.0_f32, -2.5].iter().flat_map(|real| real.to_le_bytes()).collect();
        // 2 * (3 - 1) = 4 and 2 * (1 - 1) = 0: differences of 3 and 2.5.
        let results = Results::of(Task::AnomalyDetection, output(&[3, 1], 2.0, 1), &sent);
        assert_eq!(results.thousandths(), [7625]);
        let sent: Vec<u8> = [f32::INFINITY, 0.0].iter().flat_map(|real| real.to_le_bytes()).collect();
        assert_eq!(Results::of(Task::AnomalyDetection, output(&[3, 1], 2.0, 1), &sent).thousandths(), [u32::MAX]);
    }

    proptest! {
        /// As the standard library computes it.
        #[test]
        fn probabilities_are_those_of_softmax(values in prop::collection::vec(any::<i8>(), 1..=12), scale in 0.001_f32..2.0) {
            let results = Results::of(Task::KeywordSpotting, output(&values, scale, 5), &[]);
            let parts: Vec<f64> = values.iter().map(|q| (f64::from(scale) * f64::from(*q)).exp()).collect();
            let sum: f64 = parts.iter().sum();
            let expected: Vec<String> = parts.iter().map(|part| format!("{:.3}", part / sum)).collect();
            let got: Vec<String> =
                results.thousandths().iter().map(|all| format!("{}.{:03}", all / 1000, all % 1000)).collect();
            // Where a tie of decimals is none of binary fractions, the formatter and the rounding may part.
            let is_tie = parts.iter().any(|part| ((part / sum * 1000.0).fract() - 0.5).abs() < 1e-9);
            prop_assert!(is_tie || got == expected, "{got:?} is not {expected:?}");
        }

        #[test]
        fn any_scale_is_survived(values in prop::collection::vec(any::<i8>(), 0..=12), bits: u32) {
            Results::of(Task::KeywordSpotting, output(&values, f32::from_bits(bits), 5), &[]);
        }
    }
}
