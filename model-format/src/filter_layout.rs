//! In which order the weights of an operator stand in the file.

use crate::features::INT4;

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

/// Half of a byte.
const LOWER: u8 = 0x0f;
