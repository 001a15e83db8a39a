//! Weights of four bits become those of a paired filter, two channels at a time.

use dim_model_format::FilterLayout;

#[cfg(not(dim_mve))]
pub(crate) use self::unpack_words as unpack;
#[cfg(dim_mve)]
pub(crate) use crate::kernels::mve::unpack;

/// Without it, what is asked here costs no code.
pub(crate) const INT4: bool = cfg!(feature = "int4");
/// The upper half of each byte.
const UPPER: u32 = 0xf0f0_f0f0;

/// How the weights of two channels come out of a filter.
#[derive(Debug)]
pub(crate) enum Weights<'a> {
    /// They stand in it, paired.
    Int8,
    /// They are unpacked, to this memory.
    Int4(&'a mut [u8]),
}

impl<'a> Weights<'a> {
    /// With memory for so many channels as are unpacked together.
    #[inline]
    pub(crate) fn new(layout: FilterLayout, memory: &'a mut [u32]) -> Self {
        if INT4 && layout == FilterLayout::Int4 { Self::Int4(bytemuck::cast_slice_mut(memory)) } else { Self::Int8 }
    }

    /// Bytes of two channels in the filter, which are `bytes` when they are paired.
    #[inline]
    pub(crate) const fn pair_bytes(&self, bytes: usize) -> usize {
        match self {
            Self::Int4(_) if INT4 => bytes / 2,
            _ => bytes,
        }
    }

    /// The paired weights of two channels, which stand in the filter like this.
    #[inline]
    pub(crate) fn pair<'f>(&'f mut self, filter: &'f [u8]) -> Option<&'f [u8]> {
        match self {
            Self::Int4(memory) if INT4 => unpack(filter, memory),
            _ => Some(filter),
        }
    }
}

/// Writes the paired weights of two channels to `pair`, which has twice the bytes of `packed`.
#[inline]
pub(crate) fn unpack_words<'a>(packed: &[u8], pair: &'a mut [u8]) -> Option<&'a [u8]> {
    let pair = pair.get_mut(..2 * packed.len())?;
    for (words, packed) in pair.as_chunks_mut::<8>().0.iter_mut().zip(packed.as_chunks().0) {
        let packed = u32::from_le_bytes(*packed);
        let [first, second] = [packed << 4 & UPPER, packed & UPPER];
        *words = u64::to_le_bytes(u64::from(second) << 32 | u64::from(first));
    }
    Some(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_halves_come_first() {
        let mut pair = [0x55; 9];
        let unpacked = unpack(&[0x21, 0xef, 0x08, 0x70], &mut pair);
        assert_eq!(unpacked, Some(&[0x10, 0xf0, 0x80, 0, 0x20, 0xe0, 0, 0x70][..]));
        assert_eq!(pair[8], 0x55);
        assert_eq!(unpack(&[0; 8], &mut pair), None);
    }
}
