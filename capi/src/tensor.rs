//! What an encoder computes.

use dim_model_format::TapKind as Kind;

/// Extents of a tensor, channels innermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub struct Shape {
    /// Rows.
    pub height: u16,
    /// Columns.
    pub width: u16,
    /// Channels of a cell.
    pub channels: u16,
}

impl From<dim_model_format::Shape> for Shape {
    fn from(shape: dim_model_format::Shape) -> Self {
        Self { height: shape.height, width: shape.width, channels: shape.channels }
    }
}

/// An int8 tensor in the arena, and its meaning: `real = scale * (code - zero_point)`.
///
/// It is valid until the arena is used again.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C)]
pub struct Tensor {
    /// `[height, width, channels]`, channels innermost; aligned to #DIM_ALIGNMENT.
    pub codes: *const i8,
    /// How many codes there are.
    pub count: usize,
    /// Extents of `codes`; of an embedding `[1, 1, units]`.
    pub shape: Shape,
    /// The code of real zero.
    pub zero_point: i8,
    /// Positive.
    pub scale: f32,
}

/// Tensors that an encoder may tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum TapKind {
    /// The local feature map, `[M, M, channels]`.
    FeatureMap = 0,
    /// The last convolution.
    Conv = 1,
    /// The last hidden fully connected layer.
    Fc = 2,
    /// The global representation, `[1, 1, units]`; every encoder has it.
    Embedding = 3,
}

impl TapKind {
    /// By its number in C.
    pub(crate) fn of(tap: i32) -> Option<Kind> {
        let all = [
            (Self::FeatureMap, Kind::FeatureMap),
            (Self::Conv, Kind::Conv),
            (Self::Fc, Kind::Fc),
            (Self::Embedding, Kind::Embedding),
        ];
        all.into_iter().find(|(of, _)| *of as i32 == tap).map(|(_, kind)| kind)
    }
}
