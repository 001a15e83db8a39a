//! Convolution, 4 pixels of 16 channels at a time.

use core::arch::x86_64::*;

use super::scaling::{Scaling, Sums, TOGETHER, load, store};
use crate::kernels::host::block::Block;
use crate::kernels::host::tile::CHANNELS;

/// Pixels whose sums are in registers together: 8 of 16 registers.
const PIXELS_AT_ONCE: usize = 4;
/// Bytes of the weights of a block of channels for four inputs: of inputs 0 and 1, then of 2 and 3, pairs of 16 bits.
pub(super) const QUAD_BYTES: usize = 4 * CHANNELS * size_of::<i16>();

/// Four inputs' weights of two channels, `a0 b0 a2 b2 a1 b1 a3 b3`, to `a0 a1 b0 b1` and `a2 a3 b2 b3` in 16 bits.
#[target_feature(enable = "avx2")]
pub(super) fn pack_pair(filter: &[u8], pair: usize, quads: &mut [[u8; QUAD_BYTES]]) {
    let order = _mm_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, -1, -1, -1, -1, -1, -1, -1, -1);
    for (quad, target) in filter.as_chunks::<8>().0.iter().zip(quads) {
        let weights = _mm_shuffle_epi8(_mm_cvtsi64_si128(i64::from_le_bytes(*quad)), order);
        let words = _mm_cvtepi8_epi16(weights);
        let [low, high] = [_mm_cvtsi128_si64(words), _mm_extract_epi64::<1>(words)];
        let (pairs, _) = target.as_chunks_mut::<8>();
        for (target, weights) in pairs.iter_mut().skip(pair).step_by(CHANNELS / 2).zip([low, high]) {
            *target = weights.to_le_bytes();
        }
    }
}

/// # Safety
/// The block fits the output.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn convolve(block: &Block<'_, i16>, output: &mut [i8]) {
    let Some(stages) = block.stages.first() else { return };
    let (bias, scaling) = (load(&stages.bias), Scaling::new(stages));
    for tile in block.pixels.tiles() {
        let (starts, places) = (tile.starts.as_chunks().0, tile.places.as_chunks::<PIXELS_AT_ONCE>().0);
        for (starts, places) in starts.iter().zip(places) {
            // SAFETY: the windows lie inside of the inputs.
            let sums = unsafe { multiply(block, starts, bias) };
            for (sums, places) in sums.as_chunks::<TOGETHER>().0.iter().zip(places.as_chunks().0) {
                // SAFETY: at each place there is room for the channels.
                unsafe { store(scaling.apply(*sums), block.channels, *places, output.as_mut_ptr()) }
            }
        }
    }
}

/// 16 channels of four pixels, 2 inputs at a time: 2 loads of weights, 4 broadcasts of inputs, and 8 `VPMADDWD` and
/// 8 `VPADDD` for 128 products.
///
/// # Safety
/// A window at each of `starts` lies inside of the block's inputs.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn multiply(block: &Block<'_, i16>, starts: &[usize; PIXELS_AT_ONCE], bias: Sums) -> [Sums; PIXELS_AT_ONCE] {
    // SAFETY: the windows start inside of the inputs.
    let mut inputs = starts.map(|start| unsafe { block.inputs.as_ptr().add(start) });
    let mut weights: *const __m256i = block.filter.as_ptr().cast();
    let mut sums = [bias; PIXELS_AT_ONCE];
    for _ in 0..block.rows {
        for pair in 0..2 * block.row_quads {
            // SAFETY: each pair of inputs has 64 bytes of weights.
            let [low, high] = unsafe { [_mm256_loadu_si256(weights), _mm256_loadu_si256(weights.add(1))] };
            weights = weights.wrapping_add(2);
            for (sums, inputs) in sums.iter_mut().zip(inputs) {
                // SAFETY: a row of a window has `2 * row_quads` pairs.
                let pair = unsafe { inputs.add(2 * pair).cast::<i32>().read_unaligned() };
                let pair = _mm256_set1_epi32(pair);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(pair, low));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(pair, high));
            }
        }
        inputs = inputs.map(|row| row.wrapping_add(block.pitch));
    }
    sums
}
