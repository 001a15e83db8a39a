//! Products of int4 weights, two in one multiplication, for processors whose instructions multiply one pair of numbers.
//!
//! A word has two numbers, `high * 2^16 + low`, each with its sign. Of two inputs and two weights, modulo `2^32`,
//!
//! ```text
//! (x1 * 2^16 + x0) * (w1 * 2^16 + w0) = (x1 * w0 + x0 * w1) * 2^16 + x0 * w0
//! ```
//!
//! so products of words that are added up have a sum of products in their upper half, where inputs stand the other way
//! around than weights. What is in the lower half is not needed.
//!
//! # Why it is exact
//!
//! - A weight is a sixteenth of what it stands for, -8 to 7, and an input at most 255 in magnitude. So after
//!   [`WORDS`] words the upper half is at most `2 * 8 * 255 * 8 = 32,640` and the lower one `8 * 255 * 8 = 16,320`: both
//!   fit 16 bits. A lower half below zero has borrowed from the upper one; with `2^15` added, none is.
//! - Taking weights out of a word as `w + 8` takes a mask and nothing for the sign. What is too much, `8 * 2^16 + 8` times
//!   the sum of the words of inputs, is the same for all channels: a block starts with it taken off. That is computed modulo
//!   `2^32`, so only what comes out must fit.

#![cfg_attr(
    any(dim_armv6m, dim_armv7m, dim_riscv32),
    allow(dead_code, reason = "what has a kernel of its own for the processor")
)]

use crate::kernels::scratch::int4::WORDS;
use crate::kernels::scratch::paired::PIXELS;

/// Words of the filter in a block, each of four inputs.
const QUADS: usize = WORDS / 2;
/// What makes `w + 8` of every weight of a word, in two's complement of four bits.
const SIGNS: u32 = 0x8888_8888;
/// The weights of one channel for two inputs.
const PAIR: u32 = 0x000f_000f;
/// 8 in both halves.
const EIGHTS: u32 = 0x0008_0008;
/// What is added to the lower half of a sum.
const ROUND: u32 = 1 << 15;

/// Makes inputs of the columns of a paired filter, and writes what the sums of each block start from.
///
/// # Shapes
/// `columns` `[words, PIXELS]`, `starts` at least `[words / WORDS, PIXELS]`, rounded up.
#[inline(never)]
pub(crate) fn pack<const PIXELS: usize>(columns: &mut [u32], starts: &mut [u32]) -> Option<()> {
    let columns: &mut [[u32; PIXELS]] = columns.as_chunks_mut().0;
    let starts: &mut [[u32; PIXELS]] = starts.as_chunks_mut().0;
    let starts = starts.get_mut(..columns.len().div_ceil(WORDS))?;
    for (block, starts) in columns.chunks_mut(WORDS).zip(starts) {
        let mut sums = [0_u32; PIXELS];
        for words in block {
            for (word, sum) in words.iter_mut().zip(&mut sums) {
                // A low number below zero takes one from the high one.
                *word = (word.rotate_left(16) ^ ROUND).wrapping_sub(ROUND);
                *sum = sum.wrapping_add(*word);
            }
        }
        *starts = sums.map(|sum| ROUND.wrapping_sub(EIGHTS.wrapping_mul(sum)));
    }
    Some(())
}

/// `sum(inputs * weights)` of two channels, where weights are -8 to 7.
///
/// # Shapes
/// `columns` `[words, PIXELS]`, `filter` `[words / 2]`, `starts` at least `[words / WORDS, PIXELS]`, rounded up, by [`pack`].
#[inline]
fn multiply<const PIXELS: usize>(columns: &[u32], filter: &[u32], starts: &[u32]) -> [[i32; PIXELS]; 2] {
    let mut sums = [[0; PIXELS]; 2];
    let columns: &[[[u32; PIXELS]; 2]] = columns.as_chunks().0.as_chunks().0;
    let starts: &[[u32; PIXELS]] = starts.as_chunks().0;
    // Whole blocks by themselves, so that their loop is written out.
    let (blocks, last) = columns.as_chunks::<QUADS>();
    let (filters, last_filter) = filter.as_chunks::<QUADS>();
    for ((columns, filter), start) in blocks.iter().zip(filters).zip(starts) {
        add_block(&mut sums, columns, filter, start);
    }
    if let (false, Some(start)) = (last.is_empty(), starts.get(blocks.len())) {
        add_block(&mut sums, last, last_filter, start);
    }
    sums
}

/// Adds what comes out of a block.
#[inline]
fn add_block<const PIXELS: usize>(
    sums: &mut [[i32; PIXELS]; 2],
    columns: &[[[u32; PIXELS]; 2]],
    filter: &[u32],
    start: &[u32; PIXELS],
) {
    let mut words = [*start; 2];
    for (inputs, packed) in columns.iter().zip(filter) {
        let packed = u32::from_le(*packed) ^ SIGNS;
        for (words, channel) in words.iter_mut().zip([packed, packed >> 8]) {
            for (inputs, weights) in inputs.iter().zip([channel, channel >> 4]) {
                for (word, input) in words.iter_mut().zip(inputs) {
                    *word = word.wrapping_add(input.wrapping_mul(weights & PAIR));
                }
            }
        }
    }
    for (sum, word) in sums.as_flattened_mut().iter_mut().zip(words.as_flattened()) {
        *sum += word.cast_signed() >> 16;
    }
}

/// As [`multiply`], of the pixels that are computed together.
pub(crate) fn multiply_tile(columns: &[u32], filter: &[u32], starts: &[u32]) -> Option<[[i32; PIXELS]; 2]> {
    Some(multiply(columns, filter, starts))
}

/// As [`multiply`], of one vector.
#[inline(never)]
pub(crate) fn multiply_vector(column: &[u32], filter: &[u32], starts: &[u32]) -> [i32; 2] {
    multiply::<1>(column, filter, starts).map(|[sum]| sum)
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::kernels::portable::blocks;
    use crate::kernels::portable::unpack::unpack;

    /// A word of inputs of a paired filter's columns.
    fn word(low: i32, high: i32) -> u32 {
        low.cast_unsigned() & 0xffff | high.cast_unsigned() << 16
    }

    /// For every pair of inputs, by the sums of products of every pair of weights, both channels' the same.
    #[test]
    fn every_two_products() {
        for x0 in -255..=255 {
            for x1 in -255..=255 {
                let mut columns = [word(x0, x1), 0];
                let mut starts = [0];
                pack::<1>(&mut columns, &mut starts).unwrap();
                for weights in 0..=u8::MAX {
                    let [w0, w1] = [weights & 15, weights >> 4];
                    let filter = u32::from_ne_bytes([w0, w0, w1, w1]);
                    let [w0, w1] = [w0, w1].map(|weight| i32::from((weight << 4).cast_signed() >> 4));
                    assert_eq!(multiply::<1>(&columns, &[filter], &starts), [[x0 * w0 + x1 * w1]; 2]);
                }
            }
        }
    }

    /// Extremes in every place, and more inputs than a block has, by the unpacked weights.
    #[test]
    fn it_equals_the_products_of_unpacked_weights() {
        let mut state = 1_u32;
        let mut draw = |below: u32| {
            state = state.wrapping_mul(0x915f_77f5).wrapping_add(0x3c6e_f35f);
            (state >> 8) % below
        };
        for case in 0..2000 {
            let quads = usize::try_from(draw(13)).unwrap() + 1;
            let extreme = case % 2 == 0;
            let mut input =
                || [-255, 255, i32::try_from(draw(511)).unwrap() - 255][if extreme { draw(2) } else { 2 } as usize];
            let mut columns: Vec<_> = (0..2 * PIXELS * quads).map(|_| word(input(), input())).collect();
            let mut weights =
                || if extreme { [0x88, 0x77, 0x87, 0x78][draw(4) as usize] } else { draw(256).to_le_bytes()[0] };
            let filter: Vec<_> = (0..quads).map(|_| u32::from_ne_bytes([(); 4].map(|()| weights()))).collect();
            let mut unpacked = vec![0_u32; 2 * quads];
            let unpacked = unpack(bytemuck::cast_slice(&filter), bytemuck::cast_slice_mut(&mut unpacked)).unwrap();
            let expected = blocks::multiply(&columns, unpacked, [0; 2]);
            let mut starts = vec![0; quads.div_ceil(WORDS / 2) * PIXELS];
            pack::<PIXELS>(&mut columns, &mut starts).unwrap();
            let sums = multiply::<PIXELS>(&columns, &filter, &starts);
            assert_eq!(sums.map(|sums| sums.map(|sum| 16 * sum)), expected);
        }
    }
}
