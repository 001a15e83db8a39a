//! Learned numbers, and how they become bytes.

use alloc::vec::Vec;

use crate::{FilterLayout, NodeError};

/// Learned numbers of one operator, as they come out of quantization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// `OHWI` for a convolution, `1HWC` for a depthwise one, `[out, in]` for a fully connected layer.
    pub weights: Vec<i8>,
    /// `[out_channels]`, at the scale of input times weights.
    pub bias: Vec<i32>,
    /// `[out_channels]`, Q31: 0 or in `[2^30, 2^31)`.
    pub multiplier: Vec<i32>,
    /// `[out_channels]`, in `[-31, 30]`, positive is left.
    pub shift: Vec<i8>,
}

impl Filter {
    /// Output channels; more than a shape can hold count as none, which [`Model::parse`] refuses.
    pub(super) fn channels(&self) -> u16 {
        u16::try_from(self.bias.len()).unwrap_or(0)
    }

    /// The parts stand in the file without their lengths, so a wrong length would move all that follows.
    pub(super) fn check(&self, weights: u64, layout: Option<FilterLayout>) -> Result<(), NodeError> {
        let channels = self.bias.len();
        let fits =
            self.weights.len() as u64 == weights && self.multiplier.len() == channels && self.shift.len() == channels;
        if !fits {
            return Err(NodeError::Filter { weights, channels });
        }
        match self.weights.iter().find(|weight| **weight % 16 != 0) {
            Some(weight) if layout == Some(FilterLayout::Int4) => Err(NodeError::Int4(*weight)),
            _ => Ok(()),
        }
    }

    /// The weights in the order of the file. Weights that are not a whole number for each channel keep their order,
    /// and are refused by [`Model::parse`].
    pub(super) fn bytes(&self, layout: FilterLayout) -> Vec<u8> {
        let fan_in = self.weights.len().checked_div(self.bias.len()).unwrap_or(0);
        let length = layout.filter_bytes(self.channels(), fan_in as u64);
        let mut bytes = alloc::vec![0; usize::try_from(length).unwrap_or(0)];
        for (channel, weights) in self.weights.chunks_exact(fan_in.max(1)).enumerate() {
            for (k, weight) in weights.iter().enumerate() {
                layout.put(&mut bytes, channel, k, fan_in, *weight);
            }
        }
        bytes
    }
}

/// Fills with zeros up to a multiple.
pub(super) fn align(bytes: &mut Vec<u8>, alignment: usize) {
    bytes.resize(bytes.len().next_multiple_of(alignment), 0);
}
