//! The weights of two channels of a paired filter, which are unpacked where they have four bits.

use dim_model_format::FilterLayout;

use crate::kernels::blocks::unpack;

/// Without it, what is asked here costs no code.
pub(crate) const INT4: bool = cfg!(feature = "int4");

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
