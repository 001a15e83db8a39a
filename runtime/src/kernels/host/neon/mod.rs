//! aarch64: `SMLAL` multiplies four 16-bit numbers with others or with one of them, and adds to sums in 32 bits.

#![expect(
    unsafe_code,
    reason = "loads and stores of vectors, and calls of functions for instructions that were detected"
)]

mod add;
mod convolution;
mod depthwise;
mod fully_connected;
pub(super) mod scaling;
mod winograd;

use super::block::Block;
use super::instructions::{Instructions, MOST_TAPS, PAIRS, Transforms};
use super::row::Row;
use super::stages::Stages;
use super::sum::{ELEMENTS, Sum};
use super::tile::CHANNELS;
use super::transforms::{Numbers, Patch, TileSums, inputs_fit};
use crate::kernels::portable::blocks;

/// Every aarch64 processor has NEON; weights and inputs are read as little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Neon(());

impl Neon {
    pub(super) fn detect() -> Option<Self> {
        let found = cfg!(target_endian = "little") && std::arch::is_aarch64_feature_detected!("neon");
        found.then_some(Self(()))
    }
}

impl Instructions for Neon {
    /// With its zero point taken off.
    type Input = i16;
    /// Of each input, 16-bit weights of all channels.
    const QUAD_BYTES: usize = 4 * CHANNELS * size_of::<i16>();
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
        let (words, _) = quad.as_chunks_mut::<2>();
        for (i, weight) in weights.into_iter().enumerate() {
            *words.get_mut(i * CHANNELS + channel)? = i16::from(weight).to_le_bytes();
        }
        Some(())
    }

    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()> {
        let (quads, _) = packed.as_chunks_mut::<{ Self::QUAD_BYTES }>();
        for (pair, filter) in pairs.chunks_exact((8 * quads.len()).max(1)).enumerate().take(CHANNELS / 2) {
            for ([a0, b0, a2, b2, a1, b1, a3, b3], quad) in filter.as_chunks().0.iter().zip(quads.iter_mut()) {
                let channels = [[a0, a1, a2, a3], [b0, b1, b2, b3]];
                for (channel, weights) in (2 * pair..).zip(channels) {
                    Self::put(quad, channel, weights.map(|weight| weight.cast_signed()))?;
                }
            }
        }
        Some(())
    }

    fn convolve(self, block: &Block<'_, i16>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has NEON, and everything lies inside of the slices.
        if block.fits(Self::QUAD_BYTES, output) { unsafe { convolution::convolve(block, output) } } else { None }
    }

    type Transforms = Self;

    fn transforms(self) -> Option<Self> {
        Some(self)
    }

    fn column_offset(_zero_point: i8) -> i32 {
        0
    }

    fn expand(self, values: &[i8], zero_point: i8, column: &mut [u32]) -> Option<()> {
        blocks::expand_vector(values, zero_point, column)
    }

    fn multiply_vectors(self, column: &[u32], filters: [&[u8]; PAIRS]) -> Option<[[i32; 2]; PAIRS]> {
        let fit = filters.iter().all(|filter| filter.len() == size_of_val(column));
        // SAFETY: the processor has NEON.
        fit.then(|| filters.map(|filter| unsafe { fully_connected::multiply_vector(column, filter) }))
    }

    /// With their zero point taken off.
    type Cell = [i16; CHANNELS];
    const TAPS: usize = 1;

    fn cell_offset(_zero_point: i8) -> i32 {
        0
    }

    fn pack_cell([weights, ..]: &[[i8; CHANNELS]; MOST_TAPS]) -> Self::Cell {
        weights.map(i16::from)
    }

    fn interleave(self, values: &[i8], pixel: usize, zero_point: i8, cells: &mut [Self::Cell]) -> Option<()> {
        for (cell, values) in cells.iter_mut().zip(values.chunks(pixel.max(1))) {
            *cell = values.first_chunk::<CHANNELS>()?.map(|q| i16::from(q) - i16::from(zero_point));
        }
        Some(())
    }

    fn depthwise(self, row: &Row<'_, Self::Cell>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has NEON, and everything lies inside of the slices.
        if row.fits(output) { unsafe { depthwise::row(row, output) } } else { None }
    }

    fn add(self, sum: &Sum, inputs: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
        // SAFETY: the processor has NEON.
        unsafe { add::add(sum, inputs, output) }
    }
}

impl Transforms for Neon {
    const LANES: usize = winograd::LANES;
    const SIDE_BY_SIDE: usize = 1;

    fn transform_inputs(self, pixels: &[i16], pitch: usize, numbers: &mut [i16]) -> Option<()> {
        let fit = inputs_fit::<{ winograd::LANES }>(pixels, pitch, numbers);
        // SAFETY: the processor has NEON, and everything lies inside of the slices.
        fit.then(|| unsafe { winograd::transform_inputs(pixels, pitch, numbers) })
    }

    fn multiply(self, numbers: &Numbers<'_>, filter: &[i16], sums: &mut [TileSums]) -> Option<()> {
        // SAFETY: the processor has NEON, and everything lies inside of the slices.
        numbers.fit(filter, sums).then(|| unsafe { winograd::multiply(numbers, filter, sums) })
    }

    fn transform_sums(self, sums: &TileSums, stages: &Stages, patch: &Patch, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has NEON, and everything lies inside of the slices.
        if patch.fits(output) { unsafe { winograd::transform_sums(sums, stages, patch, output) } } else { None }
    }
}
