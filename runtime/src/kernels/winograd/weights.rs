//! The transformed weights of a layer: those of two output channels at half of the positions, made anew whenever they are
//! needed, or all of them, made once, where there is memory for them.

use dim_model_format::FilterLayout;

use super::colours::{COLOURS, pad_filter};
use crate::kernels::blocks;
use crate::kernels::paired::int4::INT4;
use crate::kernels::scratch::winograd::{CHANNELS, Half, KERNEL, POSITIONS};

/// Memory of transformed weights.
#[derive(Debug)]
pub(super) struct Weights<'a> {
    /// `[pairs, 2, POINTS / 2, POINTS, words, CHANNELS]`, or one half of a pair.
    memory: &'a mut [u32],
    /// Of the input, two channels each.
    words: usize,
    /// Words of a pair at half of the positions.
    length: usize,
    source: Source,
    /// Halves that have been made, if they are kept.
    made: Option<usize>,
}

/// What the filter is, of which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A paired one whose channels fill words.
    Whole,
    /// A paired one of three input channels, which get a fourth.
    Colours,
    /// Weights of four bits, which are unpacked.
    Int4,
}

impl Source {
    #[inline]
    fn new(layout: FilterLayout, channels: usize) -> Self {
        match layout {
            FilterLayout::Int4 if INT4 => Self::Int4,
            _ if channels == COLOURS => Self::Colours,
            _ => Self::Whole,
        }
    }
}

impl<'a> Weights<'a> {
    /// Words that the weights of a pair take on their way, where they do not stand in the filter as they are transformed.
    pub(super) fn on_their_way(layout: FilterLayout, channels: usize) -> usize {
        if Source::new(layout, channels) == Source::Whole { 0 } else { KERNEL * KERNEL * channels.div_ceil(4) * 2 }
    }

    /// For pairs of output channels; it takes what is left of scratch memory.
    pub(super) fn new(scratch: &'a mut [u32], layout: FilterLayout, channels: usize, pairs: usize) -> Option<Self> {
        let words = channels.div_ceil(4) * 2;
        let length = POSITIONS / 2 * words * CHANNELS;
        let made = (scratch.len() / 2 >= length.checked_mul(pairs)?).then_some(0);
        let source = Source::new(layout, channels);
        (scratch.len() >= length).then_some(Self { memory: scratch, words, length, source, made })
    }

    /// Those of a pair at half of the positions, first at the upper half. Weights on their way are written to `spare`, and
    /// are still there for the lower half.
    #[inline]
    pub(super) fn of(&mut self, pair: usize, half: Half, filter: &[u8], spare: &mut [u32]) -> Option<&[u32]> {
        let at = if self.made.is_some() { 2 * pair + usize::from(half == Half::Lower) } else { 0 };
        let weights = self.memory.get_mut(at * self.length..)?.get_mut(..self.length)?;
        if self.made.is_none_or(|made| made <= at) {
            let mut filter = filter;
            if self.source != Source::Whole {
                let spare = spare.get_mut(..KERNEL * KERNEL * self.words)?;
                match (half, self.source) {
                    (Half::Upper, Source::Colours) => pad_filter(filter, spare)?,
                    (Half::Upper, _) => _ = blocks::unpack(filter, bytemuck::cast_slice_mut(spare))?,
                    (Half::Lower, _) => (),
                }
                filter = bytemuck::cast_slice(spare);
            }
            blocks::transform_filter(filter, half, weights)?;
            self.made = self.made.map(|_| at + 1);
        }
        Some(weights)
    }
}
