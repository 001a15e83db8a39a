//! Encoders as data: what both the trained network and the lowered one are built from.

use clap::ValueEnum;
use dim_model_format::Shape;
use serde::{Deserialize, Serialize};

/// A chain of layers with the places where representations are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    /// Name of the preset.
    pub name: &'static str,
    /// `[height, width, channels]` of the images.
    pub input: Shape,
    /// In order; the last one gives the embedding Y.
    pub layers: Vec<Layer>,
    /// Index of the layer whose output is the local feature map.
    pub feature_map: usize,
    /// Index of the last convolution.
    pub conv: usize,
    /// Index of the last hidden fully connected layer.
    pub fc: usize,
}

/// One layer. All but the last are followed by batch normalization and ReLU, and then have no bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Square convolution, `stride` and `padding` the same in both directions.
    Conv2d {
        /// Output channels.
        channels: usize,
        /// Kernel height and width.
        kernel: usize,
        /// Distance between windows.
        stride: usize,
        /// Zeros on each side.
        padding: usize,
    },
    /// Fully connected layer on the flattened input.
    Linear {
        /// Output units.
        units: usize,
    },
}

/// Encoders by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// The paper's encoder for 28x28 grey images: two convolutions, 6.6 M parameters
    #[default]
    Conv28,
    /// The paper's encoder for 32x32 colour images: three convolutions, 4.9 M parameters
    Conv32,
    /// For microcontrollers, 28x28 grey images: three convolutions, 0.3 M parameters
    Edge28,
}

impl Preset {
    /// The encoder of this name (Hjelm et al. 2019, appendix; `basic28x28` and `basic32x32` of the authors' code).
    pub fn architecture(self) -> Architecture {
        // Every convolution halves height and width.
        let conv = |channels, kernel, padding| Layer::Conv2d { channels, kernel, stride: 2, padding };
        let linear = |units| Layer::Linear { units };
        match self {
            Self::Conv28 => Architecture {
                name: "conv28",
                input: Shape::new(28, 28, 1),
                layers: vec![conv(64, 5, 2), conv(128, 5, 2), linear(1024), linear(64)],
                feature_map: 1,
                conv: 1,
                fc: 2,
            },
            Self::Conv32 => Architecture {
                name: "conv32",
                input: Shape::new(32, 32, 3),
                layers: vec![conv(64, 4, 1), conv(128, 4, 1), conv(256, 4, 1), linear(1024), linear(64)],
                feature_map: 1,
                conv: 2,
                fc: 3,
            },
            Self::Edge28 => Architecture {
                name: "edge28",
                input: Shape::new(28, 28, 1),
                layers: vec![conv(32, 5, 2), conv(64, 3, 1), conv(128, 3, 1), linear(128), linear(64)],
                feature_map: 1,
                conv: 2,
                fc: 3,
            },
        }
    }
}

impl Architecture {
    /// `[channels, height, width]` of each layer's output; `[units, 1, 1]` of a fully connected one.
    pub fn shapes(&self) -> Vec<[usize; 3]> {
        let Shape { height, width, channels } = self.input;
        let mut shape = [usize::from(channels), usize::from(height), usize::from(width)];
        let step = |layer: &Layer| {
            shape = match *layer {
                Layer::Linear { units } => [units, 1, 1],
                Layer::Conv2d { channels, kernel, stride, padding } => {
                    let windows = |extent: usize| (extent + 2 * padding - kernel) / stride + 1;
                    [channels, windows(shape[1]), windows(shape[2])]
                }
            };
            shape
        };
        self.layers.iter().map(step).collect()
    }

    /// `[channels, height, width]` of each layer's input.
    pub fn input_shapes(&self) -> Vec<[usize; 3]> {
        let Shape { height, width, channels } = self.input;
        let input = [usize::from(channels), usize::from(height), usize::from(width)];
        std::iter::once(input).chain(self.shapes()).take(self.layers.len()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_the_papers_encoders() {
        assert_eq!(Preset::Conv28.architecture().shapes(), [[64, 14, 14], [128, 7, 7], [1024, 1, 1], [64, 1, 1]]);
        let conv32 = Preset::Conv32.architecture();
        assert_eq!(conv32.shapes(), [[64, 16, 16], [128, 8, 8], [256, 4, 4], [1024, 1, 1], [64, 1, 1]]);
        assert_eq!(conv32.input_shapes()[3], [256, 4, 4]);
    }
}
