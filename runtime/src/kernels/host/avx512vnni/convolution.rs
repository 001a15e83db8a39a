//! Convolution, 8 pixels of 16 or 32 channels at a time.

use core::arch::x86_64::*;

use super::scaling::{Scaling, VECTORS, load, store};
use crate::kernels::host::block::Block;
use crate::kernels::host::stages::Stages;
use crate::kernels::host::tile::{CHANNELS, PIXELS};

/// Bytes of the weights of a block of channels for four inputs: four of each channel.
pub(super) const QUAD_BYTES: usize = 4 * CHANNELS;

/// Four inputs' weights of two channels, `a0 b0 a2 b2 a1 b1 a3 b3`, to `a0 a1 a2 a3 b0 b1 b2 b3`.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) fn pack_pair(filter: &[u8], pair: usize, quads: &mut [[u8; QUAD_BYTES]]) {
    let order = _mm_setr_epi8(0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15);
    let place = |quad: &mut [u8; QUAD_BYTES], weights: i64| {
        if let Some(place) = quad.as_chunks_mut::<8>().0.get_mut(pair) {
            *place = weights.to_le_bytes();
        }
    };
    let (twos, last) = filter.as_chunks::<16>();
    let (two_quads, last_quad) = quads.as_chunks_mut::<2>();
    for (two, [first, second]) in twos.iter().zip(two_quads) {
        // SAFETY: 16 bytes.
        let weights = _mm_shuffle_epi8(unsafe { _mm_loadu_si128(two.as_ptr().cast()) }, order);
        place(first, _mm_cvtsi128_si64(weights));
        place(second, _mm_extract_epi64::<1>(weights));
    }
    if let ([quad], Some(weights)) = (last_quad, last.first_chunk()) {
        place(quad, _mm_cvtsi128_si64(_mm_shuffle_epi8(_mm_cvtsi64_si128(i64::from_le_bytes(*weights)), order)));
    }
}

/// # Safety
/// The block fits the output and has as many stages.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) unsafe fn convolve<const BLOCKS: usize>(
    block: &Block<'_, u8>,
    stages: [&Stages; BLOCKS],
    output: &mut [i8],
) {
    let bias = stages.map(|stages| load(&stages.bias));
    let scalings = stages.map(|stages| Scaling::new(stages));
    for tile in block.pixels.tiles() {
        // SAFETY: the windows lie inside of the inputs.
        let sums = unsafe { multiply(block, &tile.starts, bias) };
        for ((first, scaling), sums) in (0..).step_by(CHANNELS).zip(&scalings).zip(&sums) {
            let channels = (block.channels - first).min(CHANNELS);
            let output = output.as_mut_ptr().wrapping_add(first);
            let fours = sums.as_chunks::<VECTORS>().0.iter().zip(tile.places.as_chunks().0);
            for (sums, places) in fours {
                // SAFETY: at each place there is room for the channels.
                unsafe { store(scaling.apply(*sums), channels, *places, output) }
            }
        }
    }
}

/// 16 channels, or 32, of eight pixels, 4 inputs at a time: a load of weights and 8 `VPDPBUSD` for each 16, and 8
/// broadcasts of inputs, for 512 products or 1024.
///
/// # Safety
/// A window at each of `starts` lies inside of the block's inputs.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
unsafe fn multiply<const BLOCKS: usize>(
    block: &Block<'_, u8>,
    starts: &[usize; PIXELS],
    bias: [__m512i; BLOCKS],
) -> [[__m512i; PIXELS]; BLOCKS] {
    // SAFETY: the windows start inside of the inputs.
    let mut inputs = starts.map(|start| unsafe { block.inputs.as_ptr().add(start) });
    let mut weights = block.filter.as_ptr();
    let block_bytes = block.rows * block.row_quads * QUAD_BYTES;
    let mut sums = bias.map(|bias| [bias; PIXELS]);
    for _ in 0..block.rows {
        for quad in 0..block.row_quads {
            // SAFETY: a row of a window has `row_quads` fours.
            let fours =
                inputs.map(|row| _mm512_set1_epi32(unsafe { row.add(4 * quad).cast::<i32>().read_unaligned() }));
            for (block, sums) in sums.iter_mut().enumerate() {
                // SAFETY: each 16 channels have 64 bytes of weights for four inputs.
                let vector = unsafe { _mm512_loadu_si512(weights.wrapping_add(block * block_bytes).cast()) };
                for (sum, four) in sums.iter_mut().zip(fours) {
                    *sum = _mm512_dpbusd_epi32(*sum, four, vector);
                }
            }
            weights = weights.wrapping_add(QUAD_BYTES);
        }
        inputs = inputs.map(|row| row.wrapping_add(block.pitch));
    }
    sums
}
