//! One step of an encoder.

use dim_model_format::{Shape, Window};

/// One layer: an operator, then in training dropout, then batch normalization, then `ReLU`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// What it reads.
    pub input: Source,
    /// What it computes.
    pub operator: Operator,
    /// Whether batch normalization follows a weighted operator, which then has no bias.
    pub norm: bool,
    /// Whether `ReLU` follows.
    pub relu: bool,
    /// Whether a tenth of the operator's outputs is dropped in training; the trained encoder has them all.
    pub dropout: bool,
}

/// What a layer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The image.
    Image,
    /// The output of an earlier layer.
    Layer(usize),
}

/// What a layer computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Convolution.
    Conv2d {
        /// Output channels.
        channels: u16,
        /// Kernel, stride and padding.
        window: Window,
    },
    /// Convolution of each channel by a filter of its own.
    DepthwiseConv2d {
        /// Kernel, stride and padding.
        window: Window,
    },
    /// Fully connected layer on the flattened input.
    Linear {
        /// Output units.
        units: u16,
    },
    /// Largest element of each window; padding is left out.
    MaxPool2d {
        /// Kernel, stride and padding.
        window: Window,
    },
    /// Mean of each window; padding is left out.
    AveragePool2d {
        /// Kernel, stride and padding.
        window: Window,
    },
    /// The input plus another tensor of its shape.
    Add {
        /// The other tensor.
        shortcut: Source,
    },
    /// Cuts the image into square crops, which are images of their own until [`Operator::Fold`].
    Unfold {
        /// Height and width of a crop.
        crop: u16,
        /// Distance between crops.
        stride: u16,
    },
    /// Puts the 1x1 outputs of all crops together, one cell for each crop.
    Fold {
        /// Crops in a row, and in a column.
        grid: u16,
    },
}

impl Operator {
    /// Mean of each channel of a map of this shape; `None` where it has more than the 255 rows or columns of a window.
    pub fn global_average(input: Shape) -> Option<Self> {
        let kernel = [u8::try_from(input.height).ok()?, u8::try_from(input.width).ok()?];
        Some(Self::AveragePool2d { window: Window { kernel, ..Window::square(1, 1, 0) } })
    }

    /// The sliding window, where the operator has one.
    pub const fn window(self) -> Option<Window> {
        match self {
            Self::Conv2d { window, .. }
            | Self::DepthwiseConv2d { window }
            | Self::MaxPool2d { window }
            | Self::AveragePool2d { window } => Some(window),
            _ => None,
        }
    }

    /// Whether it has weights.
    pub const fn is_weighted(self) -> bool {
        matches!(self, Self::Conv2d { .. } | Self::DepthwiseConv2d { .. } | Self::Linear { .. })
    }
}
