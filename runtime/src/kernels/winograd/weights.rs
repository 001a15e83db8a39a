//! The transformed weights of a layer: those of two output channels at half of the positions, made anew whenever they are
//! needed, or all of them, made once, where there is memory for them.

use super::colours::{COLOURS, pad_filter};
use crate::kernels::blocks;
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
    /// Whether the filter has three input channels.
    is_of_colours: bool,
    /// Halves that have been made, if they are kept.
    made: Option<usize>,
}

impl<'a> Weights<'a> {
    /// For pairs of output channels; it takes what is left of scratch memory.
    pub(super) fn new(scratch: &'a mut [u32], channels: usize, pairs: usize) -> Option<Self> {
        let words = channels.div_ceil(4) * 2;
        let length = POSITIONS / 2 * words * CHANNELS;
        let made = (scratch.len() / 2 >= length.checked_mul(pairs)?).then_some(0);
        let is_of_colours = channels == COLOURS;
        (scratch.len() >= length).then_some(Self { memory: scratch, words, length, is_of_colours, made })
    }

    /// Those of a pair at half of the positions; a filter with a channel more is written to `spare`.
    #[inline]
    pub(super) fn of(&mut self, pair: usize, half: Half, filter: &[u8], spare: &mut [u32]) -> Option<&[u32]> {
        let at = if self.made.is_some() { 2 * pair + usize::from(half == Half::Lower) } else { 0 };
        let weights = self.memory.get_mut(at * self.length..)?.get_mut(..self.length)?;
        if self.made.is_none_or(|made| made <= at) {
            let mut filter = filter;
            if self.is_of_colours {
                let padded = spare.get_mut(..KERNEL * KERNEL * self.words)?;
                pad_filter(filter, padded)?;
                filter = bytemuck::cast_slice(padded);
            }
            blocks::transform_filter(filter, half, weights)?;
            self.made = self.made.map(|_| at + 1);
        }
        Some(weights)
    }
}
