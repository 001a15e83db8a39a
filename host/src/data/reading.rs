//! How a data set is read.

use dim_model_format::Shape;

use super::levels::Levels;

/// What the reader of a data set is told. The default is for no encoder; [`Reading::of`] is for one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// `[height, width, channels]` of the encoder's input, which pictures in files of their own are brought to. Where
    /// there is none, they are brought to 64x64x3.
    pub shape: Option<Shape>,
    /// Images to learn from that are kept, the first ones; 0 for all.
    pub limit: usize,
    /// Values that become 0 and 255; without them, bytes stay as they are.
    pub levels: Option<Levels>,
    /// Whether damaged pictures are counted and passed over.
    pub skip_damaged: bool,
}

impl Reading {
    /// For an encoder with this input: every image, bytes as they are, no picture damaged.
    pub const fn of(shape: Shape) -> Self {
        Self { shape: Some(shape), limit: 0, levels: None, skip_damaged: false }
    }

    /// Images to learn from that are kept at most.
    pub(super) const fn most(&self) -> usize {
        if self.limit == 0 { usize::MAX } else { self.limit }
    }

    /// What pictures are brought to.
    pub(super) fn picture_shape(&self) -> Shape {
        self.shape.unwrap_or(Shape::new(64, 64, 3))
    }
}
