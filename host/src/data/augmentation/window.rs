//! From what shape to what shape.

use dim_model_format::Shape;

/// The images of a data set and the encoder's input, where [`crop_fits`](crate::data::crop_fits) from one to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// `[height, width, channels]` of each image.
    pub image: Shape,
    /// `[height, width, channels]` of each view.
    pub input: Shape,
}
