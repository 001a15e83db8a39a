//! What a file says of each operator.
//!
//! The order of the fields is the wire format: append, never reorder.

use serde::{Deserialize, Serialize};

#[cfg(not(all(feature = "mean", feature = "lookup", feature = "concatenation", feature = "mul")))]
use crate::features::Absent;
use crate::window::Window;
use crate::{Axis, NO_TENSOR, TensorId};

/// Bounds of the int8 output: the fused activation (`ReLU` is `min = zero_point`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clamp {
    /// Smallest output.
    pub min: i8,
    /// Largest output, at least `min`.
    pub max: i8,
}

impl Clamp {
    /// No activation: the whole range of int8.
    pub const NONE: Self = Self { min: i8::MIN, max: i8::MAX };
}

/// A fixed-point factor, `multiplier * 2^(shift - 31)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescale {
    /// Q31: 0, or in `[2^30, 2^31)`.
    pub multiplier: i32,
    /// Power of two, positive is left; in `[-31, 30]`.
    pub shift: i8,
}

/// Convolution, or depthwise convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
// In the order of the fields, here as below: so `input`, `window` and `clamp` lie where those of other operators do.
#[repr(C)]
pub struct Conv2d {
    /// `[height, width, in_channels]`.
    pub input: TensorId,
    /// Kernel, stride and padding.
    pub window: Window,
    /// Fused activation.
    pub clamp: Clamp,
    /// Offset of the parameters in the weights section. Filters are in `OHWI` order, depthwise ones in `1HWC` order.
    pub parameters: u32,
}

/// Fully connected layer over the flattened input, weights in `[out, in]` order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C)]
pub struct FullyConnected {
    /// Any shape; flattened in `[height, width, channels]` order.
    pub input: TensorId,
    /// Fused activation.
    pub clamp: Clamp,
    /// Offset of the parameters in the weights section.
    pub parameters: u32,
}

/// Element-wise sum. Both inputs are brought to one fixed-point scale before adding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C)]
pub struct Add {
    /// Two tensors of the output's shape.
    pub inputs: [TensorId; 2],
    /// Bits of headroom before the input factors, at most 22; `TFLite` uses 20.
    pub left_shift: u8,
    /// Factor of each input, with a shift of at most 0.
    pub input_rescale: [Rescale; 2],
    /// Factor of the sum.
    pub output_rescale: Rescale,
    /// Fused activation.
    pub clamp: Clamp,
}

/// Pooling over a window; input and output have the same quantization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C)]
pub struct Pool2d {
    /// `[height, width, channels]`.
    pub input: TensorId,
    /// Kernel, stride and padding; padded elements are left out of mean and maximum.
    pub window: Window,
    /// Fused activation.
    pub clamp: Clamp,
}

/// Mean of each channel over all rows and columns; input and output may have different quantizations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C)]
pub struct Mean {
    /// `[height, width, channels]`; the output is `[1, 1, channels]`.
    pub input: TensorId,
    /// Fused activation.
    pub clamp: Clamp,
    /// From the sum of a channel to the output: the number of elements is divided by here. Its multiplier may be below
    /// 2^30, but not negative.
    pub rescale: Rescale,
    /// There is none.
    #[cfg(not(feature = "mean"))]
    pub(crate) absent: Absent,
}

/// Each element by itself: activations, and changes of scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C)]
pub struct Lookup {
    /// Any shape, which the output has, too.
    pub input: TensorId,
    /// Offset in the weights section of 256 int8 numbers: what becomes of -128, -127, and so on up to 127.
    pub table: u32,
    /// There is none.
    #[cfg(not(feature = "lookup"))]
    pub(crate) absent: Absent,
}

/// Several tensors of one quantization, which the output has, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C)]
pub struct Concatenation {
    /// At least one, in their order, then [`NO_TENSOR`].
    pub inputs: [TensorId; 10],
    /// Along which they follow each other; they have the same extents along the others.
    pub axis: Axis,
    /// There is none.
    #[cfg(not(feature = "concatenation"))]
    pub(crate) absent: Absent,
}

/// Element-wise product of two tensors, the second of which may repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(C)]
pub struct Mul {
    /// One of the output's shape, then one that has the same extent or 1 along each axis: it is repeated along those of 1.
    pub inputs: [TensorId; 2],
    /// Fused activation.
    pub clamp: Clamp,
    /// Factor of the product.
    pub rescale: Rescale,
    /// There is none.
    #[cfg(not(feature = "mul"))]
    pub(crate) absent: Absent,
}

impl Concatenation {
    /// How many inputs there are.
    pub(crate) fn count(&self) -> usize {
        self.inputs.iter().position(|input| *input == NO_TENSOR).unwrap_or(self.inputs.len())
    }
}
