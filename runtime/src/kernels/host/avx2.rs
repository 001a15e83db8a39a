//! x86-64 with AVX2: `VPMADDWD` multiplies 8 pairs of pairs of 16-bit numbers and adds both products of each; no sum of
//! two products of an int8 weight and a 9-bit input leaves 32 bits.

#![expect(
    unsafe_code,
    reason = "loads and stores of vectors, and calls of functions for instructions that were detected"
)]

use core::arch::x86_64::*;

use super::block::Block;
use super::instructions::Instructions;
use super::row::Row;
use super::stages::Stages;
use super::sum::{Addend, Sum};
use super::tile::CHANNELS;
use crate::kernels::portable::blocks;

/// Pixels whose sums are in registers together: 8 of 16 registers.
const PIXELS_AT_ONCE: usize = 4;

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
        let (pairs, _) = quad.as_chunks_mut::<2>();
        for (i, weight) in weights.into_iter().enumerate() {
            *pairs.get_mut(i / 2 * 2 * CHANNELS + 2 * channel + i % 2)? = i16::from(weight).to_le_bytes();
        }
        Some(())
    }

    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()> {
        let (quads, _) = packed.as_chunks_mut::<{ Self::QUAD_BYTES }>();
        for (pair, filter) in pairs.chunks_exact((8 * quads.len()).max(1)).enumerate().take(CHANNELS / 2) {
            // SAFETY: the value exists only where the processor has AVX2.
            unsafe { pack_pair(filter, pair, quads) }
        }
        Some(())
    }

    fn fold(self, _packed: &[u8], _offset: i32, _bias: &mut [i32; CHANNELS]) {}

    fn convolve(self, block: &Block<'_, i16>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has AVX2, and everything lies inside of the slices.
        block.fits(Self::QUAD_BYTES, output).then(|| unsafe { convolve(block, output) })
    }

    fn multiply_vector(self, column: &[u32], filter: &[u8], bias: [i32; 2]) -> Option<[i32; 2]> {
        let vectors = column.len() / 8;
        let (column, last) = column.split_at_checked(8 * vectors)?;
        let (filter, last_filter) = filter.split_at_checked(32 * vectors)?;
        // SAFETY: the processor has AVX2; both have as many whole vectors.
        let [first, second] = unsafe { multiply_vectors(column.as_chunks().0, filter.as_chunks().0) };
        let sums = [bias[0].wrapping_add(first), bias[1].wrapping_add(second)];
        Some(blocks::multiply_vector(last, last_filter, sums))
    }

    /// `VPUNPCKLWD` takes channels 0 to 3 and 8 to 11 of both taps, `VPUNPCKHWD` the others.
    fn pack_taps(weights: &[[i16; CHANNELS]], packed: &mut [[i16; CHANNELS]]) -> Option<()> {
        for ([first, second], packed) in weights.as_chunks::<2>().0.iter().zip(packed.as_chunks_mut::<2>().0) {
            for (half, packed) in packed.iter_mut().enumerate() {
                let channels = (0..4).chain(8..12).map(|channel| channel + 4 * half);
                for (pair, channel) in packed.as_chunks_mut::<2>().0.iter_mut().zip(channels) {
                    *pair = [*first.get(channel)?, *second.get(channel)?];
                }
            }
        }
        Some(())
    }

    fn depthwise(self, row: &Row<'_>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has AVX2, and everything lies inside of the slices.
        row.fits(output).then(|| unsafe { depthwise_row(row, output) })
    }

    fn add(self, sum: &Sum, inputs: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]) {
        // SAFETY: the processor has AVX2.
        unsafe { add(sum, inputs, output) }
    }
}

/// Four inputs' weights of two channels, `a0 b0 a2 b2 a1 b1 a3 b3`, to `a0 a1 b0 b1` and `a2 a3 b2 b3` in 16 bits.
#[target_feature(enable = "avx2")]
fn pack_pair(filter: &[u8], pair: usize, quads: &mut [[u8; Avx2::QUAD_BYTES]]) {
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
unsafe fn convolve(block: &Block<'_, i16>, output: &mut [i8]) {
    let Some(stages) = block.stages.first() else { return };
    // SAFETY: both halves of 16 numbers.
    let bias = [0, 8].map(|i| unsafe { _mm256_loadu_si256(stages.bias.as_ptr().add(i).cast()) });
    let scaling = Scaling::new(stages);
    for tile in block.pixels.tiles() {
        let (starts, places) = (tile.starts.as_chunks().0, tile.places.as_chunks::<PIXELS_AT_ONCE>().0);
        for (starts, places) in starts.iter().zip(places) {
            // SAFETY: the windows lie inside of the inputs.
            let sums = unsafe { multiply(block, starts, bias) };
            for (sums, place) in sums.into_iter().zip(places) {
                // SAFETY: at each place there is room for the channels.
                unsafe { store(scaling.apply(sums), output.as_mut_ptr().add(*place), block.channels) }
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
unsafe fn multiply(
    block: &Block<'_, i16>,
    starts: &[usize; PIXELS_AT_ONCE],
    bias: [__m256i; 2],
) -> [[__m256i; 2]; PIXELS_AT_ONCE] {
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

/// # Safety
/// `channels` numbers, at most 16, can be written.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn store(values: __m128i, output: *mut i8, channels: usize) {
    if channels == CHANNELS {
        // SAFETY: there is room for 16.
        unsafe { _mm_storeu_si128(output.cast(), values) }
    } else {
        let mut all = [0_i8; CHANNELS];
        // SAFETY: 16 numbers to `all`, and as many of them on as there is room for.
        unsafe {
            _mm_storeu_si128(all.as_mut_ptr().cast(), values);
            output.copy_from_nonoverlapping(all.as_ptr(), channels.min(CHANNELS));
        }
    }
}

/// [`Stages`] in registers.
struct Scaling {
    multiplier: [__m256i; 2],
    addend: [__m256i; 2],
    right: [__m256i; 2],
    min: __m128i,
    max: __m128i,
}

impl Scaling {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(stages: &Stages) -> Self {
        let halves = |values: *const i32| {
            // SAFETY: each of the arrays has 16 numbers.
            unsafe { [_mm256_loadu_si256(values.cast()), _mm256_loadu_si256(values.add(8).cast())] }
        };
        Self {
            multiplier: halves(stages.multiplier.as_ptr()),
            addend: halves(stages.addend.as_ptr()),
            right: halves(stages.right.as_ptr().cast()),
            min: _mm_set1_epi8(stages.min),
            max: _mm_set1_epi8(stages.max),
        }
    }

    /// [`crate::requantize::ChannelStage::apply`] and the activation, of 16 sums.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn apply(&self, [low, high]: [__m256i; 2]) -> __m128i {
        let words = _mm256_packs_epi32(self.half::<0>(low), self.half::<1>(high));
        // In each half of 128 bits there are four of both.
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(words);
        let bytes = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
        _mm_min_epi8(_mm_max_epi8(bytes, self.min), self.max)
    }

    /// Eight numbers that only have to be saturated.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn half<const HALF: usize>(&self, sums: __m256i) -> __m256i {
        let one_half = _mm256_set1_epi64x(1 << 31);
        let [multiplier, doubled] = [self.multiplier[HALF], _mm256_add_epi32(sums, sums)];
        let even = _mm256_add_epi64(_mm256_mul_epi32(doubled, multiplier), one_half);
        let [odd, odd_multiplier] = [_mm256_srli_epi64::<32>(doubled), _mm256_srli_epi64::<32>(multiplier)];
        let odd = _mm256_add_epi64(_mm256_mul_epi32(odd, odd_multiplier), one_half);
        let high = _mm256_blend_epi32::<0b1010_1010>(_mm256_srli_epi64::<32>(even), odd);
        let sign = _mm256_srai_epi32::<31>(high);
        _mm256_srav_epi32(_mm256_add_epi32(_mm256_add_epi32(high, self.addend[HALF]), sign), self.right[HALF])
    }
}

/// 16 inputs of two units at a time: a word of weights has one of each unit.
#[target_feature(enable = "avx2")]
fn multiply_vectors(column: &[[u32; 8]], filter: &[[u8; 32]]) -> [i32; 2] {
    let mut sums = [_mm256_setzero_si256(); 2];
    for (inputs, weights) in column.iter().zip(filter) {
        // SAFETY: both have 32 bytes.
        let [inputs, weights] =
            unsafe { [_mm256_loadu_si256(inputs.as_ptr().cast()), _mm256_loadu_si256(weights.as_ptr().cast())] };
        let first = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(weights));
        let second = _mm256_srai_epi16::<8>(weights);
        sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(inputs, first));
        sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(inputs, second));
    }
    sums.map(|sums| {
        let sums = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
        let sums = _mm_add_epi32(sums, _mm_shuffle_epi32::<0b01_00_11_10>(sums));
        _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_shuffle_epi32::<0b10_11_00_01>(sums)))
    })
}

/// Two pixels at a time share their loads of weights.
///
/// # Safety
/// The row fits the output.
#[target_feature(enable = "avx2")]
unsafe fn depthwise_row(row: &Row<'_>, output: &mut [i8]) {
    let scaling = Scaling::new(row.stages);
    // SAFETY: both halves of 16 numbers.
    let bias = [0, 8].map(|i| unsafe { _mm256_loadu_si256(row.stages.bias.as_ptr().add(i).cast()) });
    for first in (0..row.pixels).step_by(2) {
        let pixels = [first, (first + 1).min(row.pixels - 1)];
        let mut sums = [[_mm256_setzero_si256(); 2]; 2];
        for (taps, weights) in row.taps.as_chunks::<2>().0.iter().zip(row.filter.as_chunks::<2>().0) {
            // SAFETY: each has 16 words.
            let [low, high] = unsafe { weights.each_ref().map(|half| _mm256_loadu_si256(half.as_ptr().cast())) };
            for (sums, pixel) in sums.iter_mut().zip(pixels) {
                // SAFETY: every tap of every window has 16 words.
                let [a, b] = taps
                    .map(|tap| unsafe { _mm256_loadu_si256(row.inputs.as_ptr().add(pixel * row.step + tap).cast()) });
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), low));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), high));
            }
        }
        for ([low, high], pixel) in sums.into_iter().zip(pixels) {
            // Channels 0 to 7, and 8 to 15.
            let sums = [_mm256_permute2x128_si256::<0x20>(low, high), _mm256_permute2x128_si256::<0x31>(low, high)];
            let sums = [_mm256_add_epi32(sums[0], bias[0]), _mm256_add_epi32(sums[1], bias[1])];
            // SAFETY: every pixel has room for its channels.
            unsafe { store(scaling.apply(sums), output.as_mut_ptr().add(pixel * row.stride), row.channels) }
        }
    }
}

#[target_feature(enable = "avx2")]
fn add(sum: &Sum, [a, b]: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]) {
    let scaling = Scaling::new(&sum.stages);
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        let sums = [0, 8].map(|half| {
            // SAFETY: half of 16 bytes.
            let [a, b] = [a, b].map(|q| unsafe { _mm_loadl_epi64(q.as_ptr().add(half).cast()) });
            _mm256_add_epi32(addend(a, &sum.addends[0], sum.k), addend(b, &sum.addends[1], sum.k))
        });
        // SAFETY: 16 bytes.
        unsafe { _mm_storeu_si128(output.as_mut_ptr().cast(), scaling.apply(sums)) }
    }
}

/// What eight int8 numbers are at the common scale; the formula is that of [`super::sum`].
#[inline]
#[target_feature(enable = "avx2")]
fn addend(q: __m128i, addend: &Addend, k: i32) -> __m256i {
    let [high, low, half] = [addend.high, addend.low, 1 << (k - 1)].map(|value| _mm256_set1_epi32(value));
    let d = _mm256_sub_epi32(_mm256_cvtepi8_epi32(q), _mm256_set1_epi32(addend.zero_point.into()));
    let product = _mm256_mullo_epi32(d, high);
    if addend.is_whole {
        return product;
    }
    let rest = _mm256_sra_epi32(_mm256_add_epi32(_mm256_mullo_epi32(d, low), half), _mm_cvtsi32_si128(k));
    let x = _mm256_add_epi32(product, rest);
    let [half, sign_mask] = [addend.half, addend.sign_mask].map(|value| _mm256_set1_epi32(value));
    let sign = _mm256_and_si256(_mm256_srai_epi32::<31>(x), sign_mask);
    _mm256_sra_epi32(_mm256_add_epi32(_mm256_add_epi32(x, half), sign), _mm_cvtsi32_si128(addend.right))
}
