//! Tensors: a shape, what its numbers mean, and where it lives in the arena.

use serde::{Deserialize, Serialize};

/// Number of a tensor: 0 is the input image, `i + 1` is the output of node `i`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TensorId(pub u8);

/// Extents of one image's tensor, `[height, width, channels]`, stored in that order with channels innermost (NHWC).
///
/// A vector of `n` elements is `[1, 1, n]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Rows, at least 1.
    pub height: u16,
    /// Columns, at least 1.
    pub width: u16,
    /// Channels, at least 1.
    pub channels: u16,
}

impl Shape {
    /// `[height, width, channels]`.
    pub const fn new(height: u16, width: u16, channels: u16) -> Self {
        Self { height, width, channels }
    }

    /// A vector, `[1, 1, channels]`.
    pub const fn vector(channels: u16) -> Self {
        Self::new(1, 1, channels)
    }

    /// Number of elements, which is also the number of bytes in the arena.
    pub const fn elements(self) -> u64 {
        self.height as u64 * self.width as u64 * self.channels as u64
    }

    /// Whether a tensor of this shape has the other, once it is repeated along axes of extent 1.
    pub fn repeats_to(self, other: Self) -> bool {
        let fits = |from: u16, to: u16| from == to || from == 1;
        fits(self.height, other.height) && fits(self.width, other.width) && fits(self.channels, other.channels)
    }
}

impl core::fmt::Display for Shape {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}x{}x{}", self.height, self.width, self.channels)
    }
}

/// What an int8 number `q` means: `real = scale * (q - zero_point)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quantization {
    /// Positive and finite.
    pub scale: f32,
    /// The int8 value of real zero.
    pub zero_point: i8,
}

/// An int8 tensor, quantized per tensor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tensor {
    /// `[height, width, channels]`.
    pub shape: Shape,
    /// Meaning of the elements.
    pub quantization: Quantization,
    /// Offset in the arena in bytes, a multiple of 16.
    pub arena_offset: u32,
}

impl Quantization {
    /// Of an image under [`Preprocessing::CenteredU8`](crate::Preprocessing::CenteredU8).
    pub const CENTERED_U8: Self = Self { scale: 1.0 / 128.0, zero_point: 0 };

    /// Whether both mean the same, without floating-point arithmetic: the scale of a parsed file is positive.
    pub(crate) const fn is(&self, other: &Self) -> bool {
        self.scale.to_bits() == other.scale.to_bits() && self.zero_point == other.zero_point
    }
}

impl Tensor {
    /// No elements.
    pub(crate) const EMPTY: Self =
        Self { shape: Shape::new(0, 0, 0), quantization: Quantization { scale: 1.0, zero_point: 0 }, arena_offset: 0 };

    /// Where the tensor lies in the arena, in bytes.
    // So many ask for it that a call is shorter.
    #[inline(never)]
    pub fn arena_range(&self) -> core::ops::Range<usize> {
        let start = self.arena_offset as usize;
        // A parsed tensor lies inside an arena of at most u32::MAX bytes.
        let elements = usize::try_from(self.shape.elements()).unwrap_or(usize::MAX);
        start..start.saturating_add(elements)
    }
}
