//! Operators. Node `i` writes tensor `i + 1` and reads only tensors numbered `i` or less, so every
//! list of nodes is in topological order by construction.
//!
//! The order of the variants and of the fields is the wire format: append, never reorder.

use serde::{Deserialize, Serialize};

use crate::TensorId;

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

/// In which order the weights of an operator stand in the file; `docs/FORMAT.md` has the formulas.
///
/// The same numbers in another layout compute the same outputs, but are another file with another identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FilterLayout {
    /// One output channel after the other.
    #[default]
    Plain,
    /// Two output channels interleaved, and 0, 2, 1, 3 of every four inputs, so that an Armv7E-M processor gets
    /// two pairs of factors out of a word by `SXTB16` twice. Filled up with zeros to an even number of output
    /// channels and a multiple of four inputs.
    Paired,
    /// As [`FilterLayout::Paired`], of weights that are multiples of 16, without their lower four bits: a byte has byte
    /// `j` of eight in its lower half, and byte `j + 4` in its upper one.
    Int4,
}

impl FilterLayout {
    /// Bytes of the filter of `channels` output channels, each of `fan_in` weights.
    pub const fn filter_bytes(self, channels: u16, fan_in: u64) -> u64 {
        match self {
            Self::Plain => channels as u64 * fan_in,
            Self::Paired | Self::Int4 => (channels as u64).div_ceil(2) * fan_in.div_ceil(4) * self.block_bytes() as u64,
        }
    }

    /// Bytes of four weights of two channels.
    const fn block_bytes(self) -> usize {
        if INT4 && matches!(self, Self::Int4) { 4 } else { 8 }
    }

    /// The weight of `channel` for input `k` of `fan_in`; `None` where `filter` does not have it.
    pub fn weight(self, filter: &[u8], channel: usize, k: usize, fan_in: usize) -> Option<i8> {
        let (byte, bits) = self.position(channel, k, fan_in);
        let byte = filter.get(byte)? & bits;
        Some(if bits == LOWER { byte << 4 } else { byte }.cast_signed())
    }

    /// Writes a weight to its place, where there are zeros.
    #[cfg(feature = "alloc")]
    pub(crate) fn put(self, filter: &mut [u8], channel: usize, k: usize, fan_in: usize, weight: i8) {
        let (byte, bits) = self.position(channel, k, fan_in);
        let weight = weight.cast_unsigned();
        if let Some(byte) = filter.get_mut(byte) {
            *byte |= if bits == LOWER { weight >> 4 } else { weight & bits };
        }
    }

    /// The byte that has a weight, and which bits of it.
    #[inline]
    pub(crate) const fn position(self, channel: usize, k: usize, fan_in: usize) -> (usize, u8) {
        if let Self::Plain = self {
            return (channel * fan_in + k, 0xff);
        }
        let block = channel / 2 * fan_in.div_ceil(4) + k / 4;
        // The odd ones of four follow the even ones, or stand in the upper halves of the same bytes.
        let [odd, second] = [k % 2, k / 2 % 2];
        let bytes = self.block_bytes();
        let bits = if bytes == 4 { LOWER << (4 * odd) } else { 0xff };
        (bytes * block + (bytes - 4) * odd + 2 * second + channel % 2, bits)
    }
}

/// Without it, what is asked here costs no code.
pub(crate) const INT4: bool = cfg!(feature = "int4");
/// Half of a byte.
const LOWER: u8 = 0x0f;

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
        }
    }

    /// The first tensor that the operator reads.
    pub const fn input(&self) -> TensorId {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => op.input,
            Self::FullyConnected(op) | Self::PairedFullyConnected(op) | Self::Int4FullyConnected(op) => op.input,
            Self::AveragePool2d(op) | Self::MaxPool2d(op) => op.input,
            Self::Add(op) => op.inputs[0],
        }
    }

    /// The tensors that the operator reads.
    pub fn inputs(&self) -> impl Iterator<Item = TensorId> {
        let second = if let Self::Add(op) = self { Some(op.inputs[1]) } else { None };
        core::iter::once(self.input()).chain(second)
    }

    /// Bounds of the output.
    pub const fn clamp(&self) -> Clamp {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => op.clamp,
            Self::FullyConnected(op) | Self::PairedFullyConnected(op) | Self::Int4FullyConnected(op) => op.clamp,
            Self::Add(op) => op.clamp,
            Self::AveragePool2d(op) | Self::MaxPool2d(op) => op.clamp,
        }
    }

    /// Layout of the filter, where the operator has one.
    pub const fn layout(&self) -> Option<FilterLayout> {
        match self {
            Self::Conv2d(_) | Self::DepthwiseConv2d(_) | Self::FullyConnected(_) => Some(FilterLayout::Plain),
            Self::PairedConv2d(_) | Self::PairedFullyConnected(_) => Some(FilterLayout::Paired),
            Self::Int4Conv2d(_) | Self::Int4FullyConnected(_) => Some(FilterLayout::Int4),
            Self::Add(_) | Self::AveragePool2d(_) | Self::MaxPool2d(_) => None,
        }
    }

    /// Offset of the parameters in the weights section, where the operator has some.
    pub(crate) const fn parameters(&self) -> Option<u32> {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => {
                Some(op.parameters)
            }
            Self::FullyConnected(op) | Self::PairedFullyConnected(op) | Self::Int4FullyConnected(op) => {
                Some(op.parameters)
            }
            Self::Add(_) | Self::AveragePool2d(_) | Self::MaxPool2d(_) => None,
        }
    }

    /// The sliding window, where the operator has one.
    pub const fn window(&self) -> Option<&Window> {
        match self {
            Self::Conv2d(op) | Self::DepthwiseConv2d(op) | Self::PairedConv2d(op) | Self::Int4Conv2d(op) => {
                Some(&op.window)
            }
            Self::AveragePool2d(op) | Self::MaxPool2d(op) => Some(&op.window),
            Self::FullyConnected(_) | Self::PairedFullyConnected(_) | Self::Int4FullyConnected(_) | Self::Add(_) => {
                None
            }
        }
    }
}
