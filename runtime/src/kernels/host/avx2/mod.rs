//! x86-64 with AVX2: `VPMADDWD` multiplies 8 pairs of pairs of 16-bit numbers and adds both products of each; no sum of
//! two products of an int8 weight and a 9-bit input leaves 32 bits.

#![expect(
    unsafe_code,
    reason = "loads and stores of vectors, and calls of functions for instructions that were detected"
)]

mod add;
mod convolution;
mod depthwise;
mod fully_connected;
mod scaling;
mod winograd;

use super::block::Block;
use super::instructions::{Instructions, MOST_TAPS, PAIRS, Transforms};
use super::row::Row;
use super::stages::Stages;
use super::sum::{ELEMENTS, Sum};
use super::tile::CHANNELS;
use super::transforms::{Numbers, Patch, TileSums, inputs_fit};
use convolution::QUAD_BYTES;
use depthwise::Cell;

/// Exists only where the processor has AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Instructions for Avx2 {
    /// With its zero point taken off.
    type Input = i16;
    /// Of inputs 0 and 1, then of 2 and 3, pairs of 16-bit weights of all channels.
    const QUAD_BYTES: usize = QUAD_BYTES;
    const BLOCKS: usize = 1;

    #[inline]
    fn input(q: i8, zero_point: i8) -> i16 {
        i16::from(q) - i16::from(zero_point)
    }

    fn offset(_zero_point: i8) -> i32 {
        0
    }

    #[inline]
    fn put(quad: &mut [u8], channel: usize, weights: [i8; 4]) -> Option<()> {
        let (pairs, _) = quad.as_chunks_mut::<2>();
        for (i, weight) in weights.into_iter().enumerate() {
            *pairs.get_mut(i / 2 * 2 * CHANNELS + 2 * channel + i % 2)? = i16::from(weight).to_le_bytes();
        }
        Some(())
    }

    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()> {
        let (quads, _) = packed.as_chunks_mut::<QUAD_BYTES>();
        for (pair, filter) in pairs.chunks_exact((8 * quads.len()).max(1)).enumerate().take(CHANNELS / 2) {
            // SAFETY: the value exists only where the processor has AVX2.
            unsafe { convolution::pack_pair(filter, pair, quads) }
        }
        Some(())
    }

    fn convolve(self, block: &Block<'_, i16>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has AVX2, and everything lies inside of the slices.
        block.fits(QUAD_BYTES, output).then(|| unsafe { convolution::convolve(block, output) })
    }

    type Transforms = Self;

    fn transforms(self) -> Option<Self> {
        Some(self)
    }

    fn column_offset(_zero_point: i8) -> i32 {
        0
    }

    fn expand(self, values: &[i8], zero_point: i8, column: &mut [u32]) -> Option<()> {
        // SAFETY: the processor has AVX2.
        unsafe { fully_connected::expand(values, zero_point, column) }
    }

    fn multiply_vectors(self, column: &[u32], filters: [&[u8]; PAIRS]) -> Option<[[i32; 2]; PAIRS]> {
        let fit = filters.iter().all(|filter| filter.len() == size_of_val(column));
        // SAFETY: the processor has AVX2, and all have as many bytes.
        fit.then(|| unsafe { fully_connected::multiply_vectors(column, filters) })
    }

    /// With their zero point taken off.
    type Cell = Cell;
    const TAPS: usize = 2;

    fn cell_offset(_zero_point: i8) -> i32 {
        0
    }

    fn pack_cell(weights: &[[i8; CHANNELS]; MOST_TAPS]) -> Cell {
        depthwise::pack_cell(weights)
    }

    fn interleave(self, values: &[i8], pixel: usize, zero_point: i8, cells: &mut [Cell]) -> Option<()> {
        let fit = (cells.len() + Self::TAPS - 2) * pixel + CHANNELS <= values.len();
        // SAFETY: the processor has AVX2, and what is read lies inside of the slice.
        fit.then(|| unsafe { depthwise::interleave(values, pixel, zero_point, cells) })
    }

    fn depthwise(self, row: &Row<'_, Cell>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has AVX2, and everything lies inside of the slices.
        row.fits(output).then(|| unsafe { depthwise::row(row, output) })
    }

    fn add(self, sum: &Sum, inputs: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
        // SAFETY: the processor has AVX2.
        unsafe { add::add(sum, inputs, output) }
    }
}

impl Transforms for Avx2 {
    const LANES: usize = winograd::LANES;
    const SIDE_BY_SIDE: usize = 2;

    fn transform_inputs(self, pixels: &[i16], pitch: usize, numbers: &mut [i16]) -> Option<()> {
        let fit = inputs_fit::<{ winograd::LANES }>(pixels, pitch, numbers);
        // SAFETY: the processor has AVX2, and everything lies inside of the slices.
        fit.then(|| unsafe { winograd::transform_inputs(pixels, pitch, numbers) })
    }

    fn multiply(self, numbers: &Numbers<'_>, filter: &[i16], sums: &mut [TileSums]) -> Option<()> {
        // SAFETY: the processor has AVX2, and everything lies inside of the slices.
        numbers.fit(filter, sums).then(|| unsafe { winograd::multiply(numbers, filter, sums) })
    }

    fn transform_sums(self, sums: &TileSums, stages: &Stages, patch: &Patch, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has AVX2, and everything lies inside of the slices.
        patch.fits(output).then(|| unsafe { winograd::transform_sums(sums, stages, patch, output) })
    }
}
