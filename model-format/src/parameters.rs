//! The learned numbers of one operator, borrowed from the weights section.
//!
//! Stored one after the other, from an offset that is a multiple of 16:
//!
//! | part | type | length |
//! |---|---|---|
//! | filter | int8 | as its layout says, then zeros up to a multiple of 4 |
//! | bias | int32 | out_channels |
//! | multiplier | int32 | out_channels |
//! | shift | int8 | out_channels |

use crate::Rescale;

/// Filter, bias and per-channel scaling of a convolution or fully connected layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameters<'a> {
    /// Weights as two's complement bytes, in the operator's order and layout.
    pub filter: &'a [u8],
    bias: &'a [u8],
    multiplier: &'a [u8],
    shift: &'a [u8],
}

/// What one output channel adds and is scaled by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// Start of the accumulator.
    pub bias: i32,
    /// From the accumulator's scale to the output's.
    pub rescale: Rescale,
}

impl<'a> Parameters<'a> {
    /// Splits the parameters off the weights section; `None` where they do not fit into it.
    pub(crate) fn take(section: &'a [u8], offset: u32, filter_bytes: u64, channels: u16) -> Option<Self> {
        let filter_bytes = usize::try_from(filter_bytes).ok()?;
        let channels = usize::from(channels);
        let blob = section.get(usize::try_from(offset).ok()?..)?;
        let (filter, _) = blob.split_at_checked(filter_bytes)?;
        let (bias, rest) = blob.get(filter_bytes.checked_next_multiple_of(4)?..)?.split_at_checked(channels * 4)?;
        let (multiplier, rest) = rest.split_at_checked(channels * 4)?;
        let (shift, _) = rest.split_at_checked(channels)?;
        Some(Self { filter, bias, multiplier, shift })
    }

    /// Length of all parts.
    pub(crate) const fn bytes(&self) -> usize {
        self.filter.len().next_multiple_of(4) + self.bias.len() + self.multiplier.len() + self.shift.len()
    }

    /// Bias and scaling of output channel `index`, if there is one.
    #[inline]
    pub fn channel(&self, index: usize) -> Option<Channel> {
        let word = |bytes: &'a [u8]| bytes.as_chunks::<4>().0.get(index).map(|word| i32::from_le_bytes(*word));
        let shift = i8::from_ne_bytes([*self.shift.get(index)?]);
        Some(Channel { bias: word(self.bias)?, rescale: Rescale { multiplier: word(self.multiplier)?, shift } })
    }

    /// Bias and scaling of each output channel, in order.
    pub fn channels(&self) -> impl ExactSizeIterator<Item = Channel> + use<'a> {
        let words = |bytes: &'a [u8]| bytes.as_chunks::<4>().0.iter().map(|word| i32::from_le_bytes(*word));
        words(self.bias).zip(words(self.multiplier)).zip(self.shift).map(|((bias, multiplier), shift)| Channel {
            bias,
            rescale: Rescale { multiplier, shift: i8::from_ne_bytes([*shift]) },
        })
    }
}
