//! Operators. Node `i` writes tensor `i + 1` and reads only tensors numbered `i` or less, so every
//! list of nodes is in topological order by construction.
//!
//! The order of the variants is the wire format: append, never reorder.

use serde::{Deserialize, Serialize};

use crate::operators::{Add, Clamp, Concatenation, Conv2d, FullyConnected, Lookup, Mean, Mul, Pool2d};
use crate::version::{MINOR_OF_INT4, MINOR_OF_MEAN_TO_CONCATENATION, MINOR_OF_MUL, MINOR_OF_PAIRED};
use crate::window::Window;
use crate::{FilterLayout, TensorId};

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
    /// Element-wise product of two tensors, the second of which may repeat.
    Mul(Mul),
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
            Self::Mul(_) => "mul",
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
            Self::Mul(op) => op.inputs[0],
        }
    }

    /// The tensors that the operator reads.
    pub fn inputs(&self) -> impl Iterator<Item = TensorId> {
        core::iter::once(self.input()).chain(self.further_inputs())
    }

    /// Those behind the first one.
    #[cfg(not(feature = "concatenation"))]
    fn further_inputs(&self) -> Option<TensorId> {
        match self {
            Self::Add(op) => Some(op.inputs[1]),
            Self::Mul(op) => Some(op.inputs[1]),
            _ => None,
        }
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
            Self::Mul(op) => op.inputs.get(1..).unwrap_or_default(),
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
                Self::Mul(op) => is(&op.inputs[1]),
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
            Self::Mul(_) => MINOR_OF_MUL,
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
            Self::Mul(op) => op.clamp,
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
            | Self::Concatenation(_)
            | Self::Mul(_) => None,
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
            Self::Add(_)
            | Self::AveragePool2d(_)
            | Self::MaxPool2d(_)
            | Self::Mean(_)
            | Self::Concatenation(_)
            | Self::Mul(_) => None,
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
            Self::Add(_) | Self::Mean(_) | Self::Lookup(_) | Self::Concatenation(_) | Self::Mul(_) => None,
        }
    }
}
