//! What int8 adds to each layer's output.

use serde::{Deserialize, Serialize};

/// A layer's int8 output against its float output, over many images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerNoise {
    /// Number of the layer.
    pub layer: usize,
    /// Its operator, by the name of the file format.
    pub operator: String,
    /// Energy of the float output over that of the difference, in decibels; what the layers before lose is counted in.
    pub signal_to_noise: f64,
    /// Share of the difference's energy that is one number a channel, 0 to 1: what a correction of biases could take away.
    pub constant_share: f64,
}

/// Sums over the outputs of one layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Noise {
    signal: f64,
    difference: f64,
    /// Sum of the differences of each channel.
    by_channel: Vec<f64>,
    /// Elements of a channel that were added.
    elements: f64,
}

impl Noise {
    /// Of an output with so many channels.
    pub(super) fn new(channels: usize) -> Self {
        Self { signal: 0.0, difference: 0.0, by_channel: vec![0.0; channels], elements: 0.0 }
    }

    /// Adds the output of an image.
    ///
    /// # Shapes
    /// `float` `[channels, height, width]`, `int8` `[height, width, channels]`, as real numbers.
    pub(super) fn add(&mut self, float: &[f32], int8: &[f32]) {
        let channels = self.by_channel.len();
        let area = float.len() / channels;
        for (channel, (plane, sum)) in float.chunks_exact(area).zip(&mut self.by_channel).enumerate() {
            for (value, got) in plane.iter().zip(int8.iter().skip(channel).step_by(channels)) {
                let difference = f64::from(got - value);
                self.signal += f64::from(*value).powi(2);
                self.difference += difference.powi(2);
                *sum += difference;
            }
        }
        self.elements += area as f64;
    }

    pub(super) fn finish(&self, layer: usize, operator: &str) -> LayerNoise {
        let constant: f64 = self.by_channel.iter().map(|sum| sum.powi(2) / self.elements).sum();
        LayerNoise {
            layer,
            operator: operator.to_owned(),
            // Of a dead layer nothing is lost: 200 dB stand for all that is above.
            signal_to_noise: (10.0 * (self.signal / self.difference).log10()).min(200.0),
            constant_share: if self.difference > 0.0 { constant / self.difference } else { 0.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_those_of_the_energies() {
        // Two channels of two: 3 4 and 0 5; int8 has them channels last, 1 more in the first channel, +1 and -1 in the second.
        let mut noise = Noise::new(2);
        noise.add(&[3.0, 4.0, 0.0, 5.0], &[4.0, 1.0, 5.0, 4.0]);
        let found = noise.finish(7, "conv2d");
        assert_eq!((found.layer, found.operator.as_str()), (7, "conv2d"));
        assert!((found.signal_to_noise - 10.0 * (50.0_f64 / 4.0).log10()).abs() < 1e-12);
        assert!((found.constant_share - 0.5).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn an_exact_layer_has_no_noise() {
        let mut noise = Noise::new(1);
        noise.add(&[0.0, 0.0], &[0.0, 0.0]);
        let found = noise.finish(0, "add");
        assert_eq!((found.signal_to_noise, found.constant_share), (200.0, 0.0));
    }
}
