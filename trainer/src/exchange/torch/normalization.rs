//! Encoders that were trained on pixels scaled in another way.

use std::str::FromStr;

use crate::architecture::{Architecture, Operator, Source};
use crate::model::{Behind, LayerNumbers};

/// What torchvision's `Normalize` did to pixels in [0, 1] before the encoder saw them: `(pixel / 255 - mean) / std`.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalization {
    /// One for all channels, or one for each.
    pub mean: PerChannel,
    /// The same, none of them 0.
    pub std: PerChannel,
}

/// A number for each channel, or one for all.
#[derive(Debug, Clone, PartialEq)]
pub struct PerChannel(Vec<f64>);

impl FromStr for PerChannel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str| part.trim().parse().ok().filter(|number: &f64| number.is_finite());
        let numbers = text.split(',').map(number).collect::<Option<_>>();
        numbers.map(Self).ok_or_else(|| "expected a number, or one for each channel with commas between".to_owned())
    }
}

impl PerChannel {
    /// Whether there is one for each of `channels`, or one for all.
    pub fn fits(&self, channels: usize) -> bool {
        self.0.len() == 1 || self.0.len() == channels
    }

    /// Whether all are above 0.
    pub fn is_positive(&self) -> bool {
        self.0.iter().all(|number| *number > 0.0)
    }

    fn of(&self, channel: usize) -> f64 {
        self.0.get(channel).copied().unwrap_or(self.0[0])
    }
}

impl Normalization {
    /// `[a, b]` so that the encoder's pixel is `a x + b` where `x = (pixel - 128) / 128` is ours.
    fn of_our_pixel(&self, channel: usize) -> [f64; 2] {
        let (mean, std) = (self.mean.of(channel), self.std.of(channel));
        [128.0 / (255.0 * std), (128.0 / 255.0 - mean) / std]
    }

    /// What our padding of 0 is to the encoder, which padded 0 itself: the largest difference of any channel.
    pub fn at_the_border(&self, channels: usize) -> f64 {
        (0..channels).map(|channel| self.of_our_pixel(channel)[1].abs()).fold(0.0, f64::max)
    }

    /// Makes the layers that read pixels do the scaling: `w (a x + b) = (w a) x + w b`. Exact where a window has no
    /// padding; there, padded zeros count as `b` and not as 0.
    pub fn fold(&self, architecture: &Architecture, numbers: &mut [Option<LayerNumbers>]) {
        let sees_pixels = |source: Source| match source {
            Source::Image => true,
            Source::Layer(layer) => matches!(architecture.layers[layer].operator, Operator::Unfold { .. }),
        };
        let channels = usize::from(architecture.input.channels);
        for (layer, numbers) in architecture.layers.iter().zip(numbers) {
            let Some(LayerNumbers { weights, behind }) = numbers.as_mut().filter(|_| sees_pixels(layer.input)) else {
                continue;
            };
            // A depthwise filter has one channel, and so one filter for each.
            let depthwise = matches!(layer.operator, Operator::DepthwiseConv2d { .. });
            let outputs = match behind {
                Behind::Bias(bias) => bias,
                Behind::Norm { mean, .. } => mean,
            };
            let (fan_in, sign) = (weights.len() / outputs.len(), if layer.norm { -1.0 } else { 1.0 });
            let area = if depthwise { fan_in } else { fan_in / channels };
            for (output, (filter, behind)) in weights.chunks_exact_mut(fan_in).zip(outputs).enumerate() {
                let mut constant = 0.0;
                for (index, weight) in filter.iter_mut().enumerate() {
                    let [a, b] = self.of_our_pixel(if depthwise { output } else { index / area });
                    constant += f64::from(*weight) * b;
                    *weight = (f64::from(*weight) * a) as f32;
                }
                *behind = (f64::from(*behind) + sign * constant) as f32;
            }
        }
    }
}
