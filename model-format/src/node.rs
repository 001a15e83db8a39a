//! Operators. Node `i` writes tensor `i + 1` and reads only tensors numbered `i` or less, so every
//! list of nodes is in topological order by construction.
//!
//! The order of the variants and of the fields is the wire format: append, never reorder.

use serde::{Deserialize, Serialize};

#[cfg(not(all(feature = "mean", feature = "lookup", feature = "concatenation")))]
use crate::features::Absent;
use crate::version::{MINOR_OF_INT4, MINOR_OF_MEAN_TO_CONCATENATION, MINOR_OF_PAIRED};
use crate::{Axis, FilterLayout, NO_TENSOR, TensorId};

/// One operator of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
// The tag fills a word, so that a node is moved by words: by bytes, that is a call of `memcpy`.
#[repr(u32)]
pub enum Node {
    /// Convolution.
    Conv2d(Conv2d),
    /// Convolution of each input channel by its own filters.
    ///
    /// Output channel `c * depth_multiplier + m` reads input channel `c`; the depth multiplier is the
    /// ratio of the two numbers of channels.
    DepthwiseConv2d(Conv2d),
    /// Matrix times flattened tensor.
    FullyConnected(FullyConnected),
    /// Element-wise sum of two tensors of one shape.
    Add(Add),
    /// Mean over a window.
    AveragePool2d(Pool2d),
    /// Maximum over a window.
    MaxPool2d(Pool2d),
    /// [`Node::Conv2d`] with a filter in [`FilterLayout::Paired`].
    PairedConv2d(Conv2d),
    /// [`Node::FullyConnected`] with weights in [`FilterLayout::Paired`].
    PairedFullyConnected(FullyConnected),
    /// [`Node::Conv2d`] with a filter in [`FilterLayout::Int4`].
    Int4Conv2d(Conv2d),
    /// [`Node::FullyConnected`] with weights in [`FilterLayout::Int4`].
    Int4FullyConnected(FullyConnected),
    /// Mean of each channel over all rows and columns.
    Mean(Mean),
    /// Each element becomes what a table says.
    Lookup(Lookup),
    /// Several tensors, one after the other along an axis.
    Concatenation(Concatenation),
}

/// Zeros (real zero: the input's zero point) around the input, in elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Padding {
    /// Rows above.
    pub top: u8,
    /// Columns to the left.
    pub left: u8,
    /// Rows below.
    pub bottom: u8,
    /// Columns to the right.
    pub right: u8,
}

impl Padding {
    /// The same on all four sides.
    pub const fn all(elements: u8) -> Self {
        Self { top: elements, left: elements, bottom: elements, right: elements }
    }
}

/// A sliding window, `[height, width]` everywhere.
///
/// The output has `(input + padding - kernel) / stride + 1` rows and columns, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Extent of the window, at least 1.
    pub kernel: [u8; 2],
    /// Distance between windows, at least 1.
    pub stride: [u8; 2],
    /// Padding, less than the kernel on each side, so that every window sees an element.
    pub padding: Padding,
}

impl Window {
    /// A square window with the same stride and padding in both directions.
    pub const fn square(kernel: u8, stride: u8, padding: u8) -> Self {
        Self { kernel: [kernel; 2], stride: [stride; 2], padding: Padding::all(padding) }
    }

    /// Rows and columns of the output for an input of `height` x `width`; `None` where no window fits.
    pub fn output(&self, height: u16, width: u16) -> Option<[u16; 2]> {
        let Padding { top, left, bottom, right } = self.padding;
        Some([
            windows(height, top, bottom, self.kernel[0], self.stride[0])?,
            windows(width, left, right, self.kernel[1], self.stride[1])?,
        ])
    }
}

fn windows(extent: u16, before: u8, after: u8, kernel: u8, stride: u8) -> Option<u16> {
    let padded = u32::from(extent) + u32::from(before) + u32::from(after);
    let steps = padded.checked_sub(u32::from(kernel))?.checked_div(u32::from(stride))?;
    u16::try_from(steps + 1).ok()
}

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

impl Concatenation {
    /// How many inputs there are.
    pub(crate) fn count(&self) -> usize {
        self.inputs.iter().position(|input| *input == NO_TENSOR).unwrap_or(self.inputs.len())
    }
}

impl Node {
    /// Name of the operator, as in `dim inspect`; the same for both layouts of its filter.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Conv2d(_) | Self::PairedConv2d(_) | Self::Int4Conv2d(_) => "conv2d",
            Self::DepthwiseConv2d(_) => "depthwise_conv2d",
            Self::FullyConnected(_) | Self::PairedFullyConnected(_) | Self::Int4FullyConnected(_) => "fully_connected",
            Self::Add(_) => "add",
            Self::AveragePool2d(_) => "average_pool2d",
            Self::MaxPool2d(_) => "max_pool2d",
            Self::Mean(_) => "mean",
            Self::Lookup(_) => "lookup",
            Self::Concatenation(_) => "concatenation",
        }
    }

    /// The first tensor that the operator reads.
    pub const fn input(&self) -> TensorId {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => op.input,
            Self::FullyConnected(op) | Self::PairedFullyConnected(op) | Self::Int4FullyConnected(op) => op.input,
            Self::AveragePool2d(op) | Self::MaxPool2d(op) => op.input,
            Self::Add(op) => op.inputs[0],
            Self::Mean(op) => op.input,
            Self::Lookup(op) => op.input,
            Self::Concatenation(op) => op.inputs[0],
        }
    }

    /// The tensors that the operator reads.
    pub fn inputs(&self) -> impl Iterator<Item = TensorId> {
        core::iter::once(self.input()).chain(self.further_inputs())
    }

    /// Those behind the first one.
    #[cfg(not(feature = "concatenation"))]
    fn further_inputs(&self) -> Option<TensorId> {
        if let Self::Add(op) = self { Some(op.inputs[1]) } else { None }
    }

    /// Those behind the first one.
    #[cfg(feature = "concatenation")]
    fn further_inputs(&self) -> impl Iterator<Item = TensorId> {
        self.second_and_further().iter().copied()
    }

    // So many ask for it that a call is shorter.
    #[cfg(feature = "concatenation")]
    #[inline(never)]
    fn second_and_further(&self) -> &[TensorId] {
        match self {
            Self::Add(op) => op.inputs.get(1..).unwrap_or_default(),
            Self::Concatenation(op) => op.inputs.get(1..op.count()).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether it reads the tensor of this number, which is less than 255: quicker than to go through [`Self::inputs`].
    #[inline]
    pub(crate) fn reads(&self, tensor: usize) -> bool {
        let is = |input: &TensorId| usize::from(input.0) == tensor;
        is(&self.input())
            || match self {
                Self::Add(op) => is(&op.inputs[1]),
                Self::Concatenation(op) => op.inputs.iter().any(is),
                _ => false,
            }
    }

    /// First minor version of the format that has the operator.
    pub(crate) const fn minor(&self) -> u16 {
        match self {
            Self::PairedConv2d(_) | Self::PairedFullyConnected(_) => MINOR_OF_PAIRED,
            Self::Int4Conv2d(_) | Self::Int4FullyConnected(_) => MINOR_OF_INT4,
            Self::Mean(_) | Self::Lookup(_) | Self::Concatenation(_) => MINOR_OF_MEAN_TO_CONCATENATION,
            _ => 0,
        }
    }

    /// Bounds of the output.
    pub const fn clamp(&self) -> Clamp {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => op.clamp,
            Self::FullyConnected(op) | Self::PairedFullyConnected(op) | Self::Int4FullyConnected(op) => op.clamp,
            Self::Add(op) => op.clamp,
            Self::AveragePool2d(op) | Self::MaxPool2d(op) => op.clamp,
            Self::Mean(op) => op.clamp,
            Self::Lookup(_) | Self::Concatenation(_) => Clamp::NONE,
        }
    }

    /// Layout of the filter, where the operator has one.
    pub const fn layout(&self) -> Option<FilterLayout> {
        match self {
            Self::Conv2d(_) | Self::DepthwiseConv2d(_) | Self::FullyConnected(_) => Some(FilterLayout::Plain),
            Self::PairedConv2d(_) | Self::PairedFullyConnected(_) => Some(FilterLayout::Paired),
            Self::Int4Conv2d(_) | Self::Int4FullyConnected(_) => Some(FilterLayout::Int4),
            Self::Add(_)
            | Self::AveragePool2d(_)
            | Self::MaxPool2d(_)
            | Self::Mean(_)
            | Self::Lookup(_)
            | Self::Concatenation(_) => None,
        }
    }

    /// Offset of parameters or table in the weights section, where the operator has some.
    pub(crate) const fn parameters(&self) -> Option<u32> {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => {
                Some(op.parameters)
            }
            Self::FullyConnected(op) | Self::PairedFullyConnected(op) | Self::Int4FullyConnected(op) => {
                Some(op.parameters)
            }
            Self::Lookup(op) => Some(op.table),
            Self::Add(_) | Self::AveragePool2d(_) | Self::MaxPool2d(_) | Self::Mean(_) | Self::Concatenation(_) => None,
        }
    }

    /// The sliding window, where the operator has one.
    pub const fn window(&self) -> Option<&Window> {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => {
                Some(&op.window)
            }
            Self::AveragePool2d(op) | Self::MaxPool2d(op) => Some(&op.window),
            Self::FullyConnected(_) | Self::PairedFullyConnected(_) | Self::Int4FullyConnected(_) => None,
            Self::Add(_) | Self::Mean(_) | Self::Lookup(_) | Self::Concatenation(_) => None,
        }
    }
}
