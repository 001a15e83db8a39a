//! The description of a whole encoder.

use std::collections::BTreeMap;

use dim_model_format::Shape;

use super::extent::{extent_of, extents};
use super::{Extent, Layer, Operator};

/// A small graph of layers with the places where representations are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    /// What it is called in files and reports.
    pub name: String,
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
    /// Names that layers have in the description, by number; without those that [`Architecture::name_of`] gives anyway.
    pub names: BTreeMap<usize, String>,
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

    /// Whether the embedding is what one fully connected layer gives, without normalization or ReLU.
    pub fn ends_linear(&self) -> bool {
        let last = &self.layers[self.layers.len() - 1];
        matches!(last.operator, Operator::Linear { .. }) && !last.norm && !last.relu
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
    pub(super) fn crops(&self) -> Option<[u16; 2]> {
        self.layers.iter().find_map(|layer| match layer.operator {
            Operator::Unfold { crop, stride } => Some([crop, stride]),
            _ => None,
        })
    }
}

/// `[channels, height, width]`.
fn channels_first(Shape { height, width, channels }: Shape) -> [usize; 3] {
    [channels, height, width].map(usize::from)
}
