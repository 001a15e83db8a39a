//! aarch64 with the dot product: `SDOT` multiplies four fours of int8 numbers and adds the products of each to a sum in
//! 32 bits, which wraps. What the zero point adds is taken off the bias, by the sum of each channel's weights.

#![expect(unsafe_code, reason = "an instruction that Rust has no stable name for, and loads of vectors")]

use core::arch::aarch64::*;
use core::arch::asm;

use super::block::Block;
use super::instructions::{Instructions, MOST_TAPS, PAIRS};
use super::neon::Neon;
use super::neon::scaling::{Scaling, Sums, load, store};
use super::row::Row;
use super::sum::{ELEMENTS, Sum};
use super::tile::CHANNELS;

/// Pixels whose sums are in registers together: 16 of 32 registers.
const PIXELS_AT_ONCE: usize = 4;

/// Exists only where the processor has `SDOT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DotProduct(Neon);

impl DotProduct {
    pub(super) fn detect() -> Option<Self> {
        Neon::detect().filter(|_| std::arch::is_aarch64_feature_detected!("dotprod")).map(Self)
    }
}

impl Instructions for DotProduct {
    /// As it is.
    type Input = i8;
    /// Four weights of each channel.
    const QUAD_BYTES: usize = 4 * CHANNELS;
    const BLOCKS: usize = 1;

    #[inline]
    fn input(q: i8, _zero_point: i8) -> i8 {
        q
    }

    fn offset(zero_point: i8) -> i32 {
        zero_point.into()
    }

    #[inline]
    fn put(quad: &mut [u8], channel: usize, weights: [i8; 4]) -> Option<()> {
        *quad.as_chunks_mut::<4>().0.get_mut(channel)? = weights.map(i8::cast_unsigned);
        Some(())
    }

    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()> {
        let (quads, _) = packed.as_chunks_mut::<{ Self::QUAD_BYTES }>();
        for (pair, filter) in pairs.chunks_exact((8 * quads.len()).max(1)).enumerate().take(CHANNELS / 2) {
            for ([a0, b0, a2, b2, a1, b1, a3, b3], quad) in filter.as_chunks().0.iter().zip(quads.iter_mut()) {
                *quad.as_chunks_mut().0.get_mut(pair)? = [*a0, *a1, *a2, *a3, *b0, *b1, *b2, *b3];
            }
        }
        Some(())
    }

    fn convolve(self, block: &Block<'_, i8>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has `SDOT`, and everything lies inside of the slices.
        if block.fits(Self::QUAD_BYTES, output) { unsafe { convolve(block, output) } } else { None }
    }

    type Transforms = Neon;

    /// What has a quarter of the products takes a quarter as many in an instruction.
    fn transforms(self) -> Option<Neon> {
        None
    }

    fn column_offset(zero_point: i8) -> i32 {
        Neon::column_offset(zero_point)
    }

    fn expand(self, values: &[i8], zero_point: i8, column: &mut [u32]) -> Option<()> {
        self.0.expand(values, zero_point, column)
    }

    fn multiply_vectors(self, column: &[u32], filters: [&[u8]; PAIRS]) -> Option<[[i32; 2]; PAIRS]> {
        self.0.multiply_vectors(column, filters)
    }

    type Cell = <Neon as Instructions>::Cell;
    const TAPS: usize = Neon::TAPS;

    fn cell_offset(zero_point: i8) -> i32 {
        Neon::cell_offset(zero_point)
    }

    fn pack_cell(weights: &[[i8; CHANNELS]; MOST_TAPS]) -> Self::Cell {
        Neon::pack_cell(weights)
    }

    fn interleave(self, values: &[i8], pixel: usize, zero_point: i8, cells: &mut [Self::Cell]) -> Option<()> {
        self.0.interleave(values, pixel, zero_point, cells)
    }

    fn depthwise(self, row: &Row<'_, Self::Cell>, output: &mut [i8]) -> Option<()> {
        self.0.depthwise(row, output)
    }

    fn add(self, sum: &Sum, inputs: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
        self.0.add(sum, inputs, output);
    }
}

/// # Safety
/// The block fits the output.
#[target_feature(enable = "dotprod")]
unsafe fn convolve(block: &Block<'_, i8>, output: &mut [i8]) -> Option<()> {
    let stages = block.stages.first()?;
    let (scaling, bias) = (Scaling::new(stages), load(&stages.bias));
    for tile in block.pixels.tiles() {
        let (starts, places) = (tile.starts.as_chunks().0, tile.places.as_chunks::<PIXELS_AT_ONCE>().0);
        for (starts, places) in starts.iter().zip(places) {
            // SAFETY: the windows lie inside of the inputs.
            let sums = unsafe { multiply_tile(block, starts, bias) };
            for (sums, place) in sums.into_iter().zip(places) {
                store(scaling.apply(sums), output.get_mut(*place..)?, block.channels);
            }
        }
    }
    Some(())
}

/// Four pixels, 4 inputs at a time: 4 loads of weights, 4 of inputs, and 16 `SDOT` for 256 products.
///
/// # Safety
/// A window at each of `starts` lies inside of the block's inputs.
#[target_feature(enable = "dotprod")]
unsafe fn multiply_tile(block: &Block<'_, i8>, starts: &[usize; PIXELS_AT_ONCE], bias: Sums) -> [Sums; PIXELS_AT_ONCE] {
    // SAFETY: the windows start inside of the inputs.
    let mut inputs = starts.map(|start| unsafe { block.inputs.as_ptr().add(start) });
    let mut weights: *const i8 = block.filter.as_ptr().cast();
    let mut sums = [bias; PIXELS_AT_ONCE];
    for _ in 0..block.rows {
        for quad in 0..block.row_quads {
            // SAFETY: four inputs have 4 times 16 bytes of weights.
            let vectors = [0, 16, 32, 48].map(|i| unsafe { vld1q_s8(weights.wrapping_add(i)) });
            weights = weights.wrapping_add(DotProduct::QUAD_BYTES);
            for (sums, row) in sums.iter_mut().zip(inputs) {
                // SAFETY: a row of a window has `row_quads` fours.
                let four = unsafe { row.add(4 * quad).cast::<i32>().read_unaligned() };
                let four = vreinterpretq_s8_s32(vdupq_n_s32(four));
                for (sum, vector) in sums.iter_mut().zip(vectors) {
                    *sum = dot(*sum, vector, four);
                }
            }
        }
        inputs = inputs.map(|row| row.wrapping_add(block.pitch));
    }
    sums
}

/// `SDOT`: four sums of four products.
#[inline]
#[target_feature(enable = "dotprod")]
fn dot(mut sums: int32x4_t, weights: int8x16_t, inputs: int8x16_t) -> int32x4_t {
    // SAFETY: the processor has the instruction, which changes nothing but the sums.
    unsafe {
        asm!(
            "sdot {sums:v}.4s, {weights:v}.16b, {inputs:v}.16b",
            sums = inout(vreg) sums,
            weights = in(vreg) weights,
            inputs = in(vreg) inputs,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sums
}
