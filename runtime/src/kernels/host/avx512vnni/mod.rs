//! x86-64 with AVX-512 VNNI: `VPDPBUSD` multiplies 16 fours of a u8 and an int8 number and adds the products of each to
//! a sum in 32 bits, which wraps. Inputs are made u8 by adding 128; what that and the zero point add is taken off the
//! bias, by the sum of each channel's weights.

#![expect(
    unsafe_code,
    reason = "loads and stores of vectors, and calls of functions for instructions that were detected"
)]

mod add;
mod convolution;
mod depthwise;
mod fully_connected;
mod scaling;

use super::avx2::Avx2;
use super::block::Block;
use super::instructions::{Instructions, MOST_TAPS, PAIRS};
use super::row::Row;
use super::sum::{ELEMENTS, Sum};
use super::tile::CHANNELS;
use convolution::QUAD_BYTES;
use depthwise::Cell;

/// Exists only where the processor has AVX-512 F, BW, VL and VNNI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Avx512Vnni(());

impl Avx512Vnni {
    pub(super) fn detect() -> Option<Self> {
        let found = std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512bw")
            && std::arch::is_x86_feature_detected!("avx512vl")
            && std::arch::is_x86_feature_detected!("avx512vnni");
        found.then_some(Self(()))
    }
}

/// How much more an input with 128 added is than `q - zero_point`.
fn offset(zero_point: i8) -> i32 {
    128 + i32::from(zero_point)
}

impl Instructions for Avx512Vnni {
    /// 128 more than the int8 number.
    type Input = u8;
    /// Four weights of each channel.
    const QUAD_BYTES: usize = QUAD_BYTES;
    const BLOCKS: usize = 2;

    #[inline]
    fn input(q: i8, _zero_point: i8) -> u8 {
        q.cast_unsigned() ^ 0x80
    }

    fn offset(zero_point: i8) -> i32 {
        offset(zero_point)
    }

    #[inline]
    fn put(quad: &mut [u8], channel: usize, weights: [i8; 4]) -> Option<()> {
        *quad.as_chunks_mut::<4>().0.get_mut(channel)? = weights.map(i8::cast_unsigned);
        Some(())
    }

    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()> {
        let (quads, _) = packed.as_chunks_mut::<QUAD_BYTES>();
        for (pair, filter) in pairs.chunks_exact((8 * quads.len()).max(1)).enumerate().take(CHANNELS / 2) {
            // SAFETY: the value exists only where the processor has the instructions.
            unsafe { convolution::pack_pair(filter, pair, quads) }
        }
        Some(())
    }

    fn convolve(self, block: &Block<'_, u8>, output: &mut [i8]) -> Option<()> {
        if !block.fits(QUAD_BYTES, output) {
            return None;
        }
        match block.stages {
            // SAFETY: the processor has the instructions, and everything lies inside of the slices.
            [first] => unsafe { convolution::convolve(block, [first], output) },
            // SAFETY: as above.
            [first, second] => unsafe { convolution::convolve(block, [first, second], output) },
            _ => return None,
        }
        Some(())
    }

    type Transforms = Avx2;

    /// What has a quarter of the products takes a quarter as many in an instruction.
    fn transforms(self) -> Option<Avx2> {
        None
    }

    fn column_offset(zero_point: i8) -> i32 {
        offset(zero_point)
    }

    fn expand(self, values: &[i8], _zero_point: i8, column: &mut [u32]) -> Option<()> {
        // SAFETY: the processor has the instructions.
        unsafe { fully_connected::expand(values, bytemuck::cast_slice_mut(column)) }
    }

    fn multiply_vectors(self, column: &[u32], filters: [&[u8]; PAIRS]) -> Option<[[i32; 2]; PAIRS]> {
        let column: &[u8] = bytemuck::cast_slice(column);
        let fit = filters.iter().all(|filter| filter.len() == column.len());
        // SAFETY: the processor has the instructions, and all have as many bytes.
        fit.then(|| unsafe { fully_connected::multiply_vectors(column, filters) })
    }

    /// 128 more than the int8 numbers.
    type Cell = Cell;
    const TAPS: usize = 4;

    fn cell_offset(zero_point: i8) -> i32 {
        offset(zero_point)
    }

    fn pack_cell(weights: &[[i8; CHANNELS]; MOST_TAPS]) -> Cell {
        depthwise::pack_cell(weights)
    }

    fn interleave(self, values: &[i8], pixel: usize, _zero_point: i8, cells: &mut [Cell]) -> Option<()> {
        let fit = (cells.len() + Self::TAPS - 2) * pixel + CHANNELS <= values.len();
        // SAFETY: the processor has the instructions, and what is read lies inside of the slice.
        fit.then(|| unsafe { depthwise::interleave(values, pixel, cells) })
    }

    fn depthwise(self, row: &Row<'_, Cell>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has the instructions, and everything lies inside of the slices.
        row.fits(output).then(|| unsafe { depthwise::row(row, output) })
    }

    fn add(self, sum: &Sum, inputs: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
        // SAFETY: the processor has the instructions.
        unsafe { add::add(sum, inputs, output) }
    }
}
