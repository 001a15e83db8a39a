//! The tasks of the benchmark, and what a model of each reads.

use dim_model_format::{Model, TapKind};
use dim_runtime::Quantization;

/// Bytes of a real number.
const REAL: usize = 4;

/// What the benchmark asks of a model. Which task a model is for is told by the units of its embedding.
///
/// | task | units | the runner sends | results |
/// |---|---|---|---|
/// | `ic01` | 10 | pixels, u8 | probabilities |
/// | `kws01` | 12 | the input's numbers, int8 | probabilities |
/// | `vww01` | 2 | pixels, u8 | probabilities |
/// | `ad01` | as many as the input has elements | the input's numbers, 32-bit floats, little-endian | mean squared difference of input and output |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Image classification.
    ImageClassification,
    /// Keyword spotting.
    KeywordSpotting,
    /// Visual wake words: is there a person?
    VisualWakeWords,
    /// Anomaly detection, by a model that gives back what it has seen.
    AnomalyDetection,
}

impl Task {
    /// What this model does; `None` if it is none of the tasks.
    pub fn of(model: &Model<'_>) -> Option<Self> {
        let units = model.tensor(model.tap(TapKind::Embedding)?).shape.elements();
        match units {
            10 => Some(Self::ImageClassification),
            12 => Some(Self::KeywordSpotting),
            2 => Some(Self::VisualWakeWords),
            _ if units == model.input_shape().elements() => Some(Self::AnomalyDetection),
            _ => None,
        }
    }

    /// As the benchmark calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ImageClassification => "ic01",
            Self::KeywordSpotting => "kws01",
            Self::VisualWakeWords => "vww01",
            Self::AnomalyDetection => "ad01",
        }
    }

    /// Bytes of an element as the runner sends it.
    pub const fn element_bytes(self) -> usize {
        match self {
            Self::AnomalyDetection => REAL,
            _ => 1,
        }
    }

    /// Whether the runner's bytes are those of an image as the encoder takes it.
    pub(crate) const fn sends_pixels(self) -> bool {
        matches!(self, Self::ImageClassification | Self::VisualWakeWords)
    }

    /// Makes an image of what the runner has sent, as an encoder takes it: the int8 number of each element, plus 128.
    ///
    /// # Formula
    /// `q = round(real / scale) + zero_point`, in single precision, ties away from zero, and what is out of range at its end.
    pub(crate) fn read(self, sent: &[u8], meaning: Quantization, image: &mut [u8]) {
        let (reals, _) = sent.as_chunks::<REAL>();
        match self {
            Self::AnomalyDetection => image.iter_mut().zip(reals).for_each(|(pixel, real)| {
                *pixel = quantize(f32::from_le_bytes(*real), meaning).cast_unsigned() ^ 0x80;
            }),
            Self::KeywordSpotting => image.iter_mut().zip(sent).for_each(|(pixel, sent)| *pixel = sent ^ 0x80),
            Self::ImageClassification | Self::VisualWakeWords => {
                image.iter_mut().zip(sent).for_each(|(pixel, sent)| *pixel = *sent);
            }
        }
    }

    /// The real numbers that the runner has sent.
    pub(crate) fn reals(sent: &[u8]) -> impl Iterator<Item = f32> {
        let (reals, _) = sent.as_chunks::<REAL>();
        reals.iter().map(|real| f32::from_le_bytes(*real))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float gives the end of the range for what is beyond it"
)]
fn quantize(real: f32, meaning: Quantization) -> i8 {
    let steps = real / meaning.scale;
    // Towards zero; what is left is exact wherever it can be half of one.
    let whole = steps as i32;
    let left = steps - whole as f32;
    let nearest = match left {
        left if left >= 0.5 => whole.saturating_add(1),
        left if left <= -0.5 => whole.saturating_sub(1),
        _ => whole,
    };
    nearest.saturating_add(meaning.zero_point.into()).clamp(i8::MIN.into(), i8::MAX.into()) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reals_are_rounded_half_away_from_zero_and_end_with_the_range() {
        let meaning = Quantization { scale: 0.5, zero_point: -3 };
        let quantized = |real| quantize(real, meaning);
        assert_eq!([0.0, 0.2, 0.25, 0.3, -0.2, -0.25].map(quantized), [-3, -3, -2, -2, -3, -4]);
        assert_eq!([1e9, -1e9, f32::INFINITY, f32::NEG_INFINITY].map(quantized), [127, -128, 127, -128]);
        assert_eq!(quantized(f32::NAN), -3);
        // 0.49999997 + 0.5 is 1 in single precision.
        assert_eq!(quantize(0.499_999_97, Quantization { scale: 1.0, zero_point: 0 }), 0);
    }

    #[test]
    fn bytes_are_read_as_the_task_says() {
        let meaning = Quantization { scale: 2.0, zero_point: 1 };
        let read = |task: Task, sent: &[u8]| {
            let mut image = [9; 2];
            task.read(sent, meaning, &mut image);
            image
        };
        assert_eq!(read(Task::ImageClassification, &[0, 200]), [0, 200]);
        // -128 and 127.
        assert_eq!(read(Task::KeywordSpotting, &[0x80, 0x7f]), [0, 255]);
        let sent: Vec<u8> = [4.0_f32, -6.0].iter().flat_map(|real| real.to_le_bytes()).collect();
        assert_eq!(read(Task::AnomalyDetection, &sent), [128 + 2 + 1, 128 - 3 + 1]);
    }
}
