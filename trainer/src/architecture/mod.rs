//! Encoders as data: one description from which the trained network, its folded export, its calibration
//! and the integer graph are all built.

mod after_feature_map;
mod builder;
mod count;
mod on_crops;
mod preset;
mod presets;
mod receptive_field;
#[cfg(test)]
mod tests;

use dim_model_format::{Shape, Window};

pub use on_crops::OnCrops;
pub use preset::Preset;
pub use receptive_field::ReceptiveField;

/// A small graph of layers with the places where representations are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    /// Name of the preset.
    pub name: &'static str,
    /// `[height, width, channels]` of the images.
    pub input: Shape,
    /// In the order in which they run: a layer reads the image or earlier layers. The last one gives the embedding Y.
    pub layers: Vec<Layer>,
    /// Index of the layer whose output is the local feature map.
    pub feature_map: usize,
    /// Index of the last layer with rows and columns.
    pub conv: usize,
    /// Index of the last hidden vector.
    pub fc: usize,
}

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

/// The output of a layer for one image: a shape, as many times as the image is cut into crops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// `[height, width, channels]` of one crop, or of the whole where there are none.
    pub shape: Shape,
    /// Crops of an image; 1 where it is whole.
    pub crops: usize,
}

impl Architecture {
    /// `[channels, height, width]` of each layer's output; `[units, 1, 1]` of a fully connected one.
    pub fn shapes(&self) -> Vec<[usize; 3]> {
        self.extents().into_iter().map(|extent| channels_first(extent.shape)).collect()
    }

    /// Output of each layer.
    pub fn extents(&self) -> Vec<Extent> {
        extents(self.input, &self.layers)
    }

    /// First input of each layer.
    pub fn input_extents(&self) -> Vec<Extent> {
        let extents = self.extents();
        self.layers.iter().map(|layer| extent_of(layer.input, self.input, &extents)).collect()
    }

    /// Vectors in the embedding: one for each cell of the last layer, which is 1 unless globals are multiple.
    pub fn globals(&self) -> usize {
        let last = self.shapes()[self.layers.len() - 1];
        last[1] * last[2]
    }

    /// Whether parts of the encoder see crops instead of the image.
    pub fn is_folded(&self) -> bool {
        self.crops().is_some()
    }

    /// Whether the encoder draws random numbers in training.
    pub fn has_dropout(&self) -> bool {
        self.layers.iter().any(|layer| layer.dropout)
    }

    /// Size and distance of the crops.
    fn crops(&self) -> Option<[u16; 2]> {
        self.layers.iter().find_map(|layer| match layer.operator {
            Operator::Unfold { crop, stride } => Some([crop, stride]),
            _ => None,
        })
    }
}

impl Operator {
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

/// `[channels, height, width]`.
fn channels_first(Shape { height, width, channels }: Shape) -> [usize; 3] {
    [channels, height, width].map(usize::from)
}

fn extents(image: Shape, layers: &[Layer]) -> Vec<Extent> {
    let mut extents = Vec::with_capacity(layers.len());
    for layer in layers {
        let input = extent_of(layer.input, image, &extents);
        extents.push(output(layer.operator, input));
    }
    extents
}

fn extent_of(source: Source, image: Shape, extents: &[Extent]) -> Extent {
    match source {
        Source::Image => Extent { shape: image, crops: 1 },
        Source::Layer(index) => extents[index],
    }
}

fn output(operator: Operator, Extent { shape, crops }: Extent) -> Extent {
    // A window that does not fit gives an empty shape.
    let windowed = |window: Window, channels| {
        let [height, width] = window.output(shape.height, shape.width).unwrap_or([0, 0]);
        Shape::new(height, width, channels)
    };
    match operator {
        Operator::Conv2d { channels, window } => Extent { shape: windowed(window, channels), crops },
        Operator::DepthwiseConv2d { window } | Operator::MaxPool2d { window } | Operator::AveragePool2d { window } => {
            Extent { shape: windowed(window, shape.channels), crops }
        }
        Operator::Linear { units } => Extent { shape: Shape::vector(units), crops },
        Operator::Add { .. } => Extent { shape, crops },
        Operator::Unfold { crop, stride } => {
            let grid = |extent: u16| usize::from((extent - crop) / stride + 1);
            let crops = grid(shape.height) * grid(shape.width);
            Extent { shape: Shape::new(crop, crop, shape.channels), crops }
        }
        Operator::Fold { grid } => Extent { shape: Shape::new(grid, grid, shape.channels), crops: 1 },
    }
}
