//! x86-64 with AVX-512 VNNI: `VPDPBUSD` multiplies 16 fours of a u8 and an int8 number and adds the products of each to
//! a sum in 32 bits, which wraps. Inputs are made u8 by adding 128; what that and the zero point add is taken off the
//! bias, by the sum of each channel's weights.

#![expect(
    unsafe_code,
    reason = "loads and stores of vectors, and calls of functions for instructions that were detected"
)]

use core::arch::x86_64::*;

use super::avx2::Avx2;
use super::block::Block;
use super::instructions::Instructions;
use super::row::Row;
use super::stages::Stages;
use super::sum::{Addend, Sum};
use super::tile::{CHANNELS, PIXELS};

/// Exists only where the processor has AVX-512 F, BW, VL and VNNI, and AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Avx512Vnni(Avx2);

impl Avx512Vnni {
    pub(super) fn detect() -> Option<Self> {
        let found = std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512bw")
            && std::arch::is_x86_feature_detected!("avx512vl")
            && std::arch::is_x86_feature_detected!("avx512vnni");
        Avx2::detect().filter(|_| found).map(Self)
    }
}

impl Instructions for Avx512Vnni {
    /// 128 more than the int8 number.
    type Input = u8;
    /// Four weights of each channel.
    const QUAD_BYTES: usize = 4 * CHANNELS;
    const BLOCKS: usize = 2;

    #[inline]
    fn input(q: i8, _zero_point: i8) -> u8 {
        q.cast_unsigned() ^ 0x80
    }

    fn offset(zero_point: i8) -> i32 {
        128 + i32::from(zero_point)
    }

    #[inline]
    fn put(quad: &mut [u8], channel: usize, weights: [i8; 4]) -> Option<()> {
        *quad.as_chunks_mut::<4>().0.get_mut(channel)? = weights.map(i8::cast_unsigned);
        Some(())
    }

    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()> {
        let (quads, _) = packed.as_chunks_mut::<{ Self::QUAD_BYTES }>();
        for (pair, filter) in pairs.chunks_exact((8 * quads.len()).max(1)).enumerate().take(CHANNELS / 2) {
            // SAFETY: the value exists only where the processor has the instructions.
            unsafe { pack_pair(filter, pair, quads) }
        }
        Some(())
    }

    fn fold(self, packed: &[u8], offset: i32, bias: &mut [i32; CHANNELS]) {
        // SAFETY: the processor has the instructions.
        unsafe { fold(packed.as_chunks().0, offset, bias) }
    }

    fn convolve(self, block: &Block<'_, u8>, output: &mut [i8]) -> Option<()> {
        if !block.fits(Self::QUAD_BYTES, output) {
            return None;
        }
        match block.stages {
            // SAFETY: the processor has the instructions, and everything lies inside of the slices.
            [first] => unsafe { convolve(block, [first], output) },
            // SAFETY: as above.
            [first, second] => unsafe { convolve(block, [first, second], output) },
            _ => return None,
        }
        Some(())
    }

    fn multiply_vector(self, column: &[u32], filter: &[u8], bias: [i32; 2]) -> Option<[i32; 2]> {
        self.0.multiply_vector(column, filter, bias)
    }

    fn pack_taps(weights: &[[i16; CHANNELS]], packed: &mut [[i16; CHANNELS]]) -> Option<()> {
        Avx2::pack_taps(weights, packed)
    }

    fn depthwise(self, row: &Row<'_>, output: &mut [i8]) -> Option<()> {
        self.0.depthwise(row, output)
    }

    fn add(self, sum: &Sum, inputs: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]) {
        // SAFETY: the processor has the instructions.
        unsafe { add(sum, inputs, output) }
    }
}

/// Four inputs' weights of two channels, `a0 b0 a2 b2 a1 b1 a3 b3`, to `a0 a1 a2 a3 b0 b1 b2 b3`.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn pack_pair(filter: &[u8], pair: usize, quads: &mut [[u8; Avx512Vnni::QUAD_BYTES]]) {
    let order = _mm_setr_epi8(0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15);
    let place = |quad: &mut [u8; Avx512Vnni::QUAD_BYTES], weights: i64| {
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

#[target_feature(enable = "avx512f,avx512vnni")]
fn fold(packed: &[[u8; Avx512Vnni::QUAD_BYTES]], offset: i32, bias: &mut [i32; CHANNELS]) {
    let ones = _mm512_set1_epi8(1);
    let mut sums = _mm512_setzero_si512();
    for quad in packed {
        // SAFETY: a quad has 64 bytes.
        sums = _mm512_dpbusd_epi32(sums, ones, unsafe { _mm512_loadu_si512(quad.as_ptr().cast()) });
    }
    // SAFETY: there are 16 numbers.
    unsafe {
        let bias_before = _mm512_loadu_si512(bias.as_ptr().cast());
        let folded = _mm512_sub_epi32(bias_before, _mm512_mullo_epi32(sums, _mm512_set1_epi32(offset)));
        _mm512_storeu_si512(bias.as_mut_ptr().cast(), folded);
    }
}

/// # Safety
/// The block fits the output and has as many stages.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
unsafe fn convolve<const BLOCKS: usize>(block: &Block<'_, u8>, stages: [&Stages; BLOCKS], output: &mut [i8]) {
    // SAFETY: there are 16 numbers.
    let bias = stages.map(|stages| unsafe { _mm512_loadu_si512(stages.bias.as_ptr().cast()) });
    let scalings = stages.map(|stages| Scaling::new(stages));
    for tile in block.pixels.tiles() {
        // SAFETY: the windows lie inside of the inputs.
        let sums = unsafe { multiply(block, &tile.starts, bias) };
        for ((first, scaling), sums) in (0..).step_by(CHANNELS).zip(&scalings).zip(sums) {
            let channels = (block.channels - first).min(CHANNELS);
            let output = output.as_mut_ptr().wrapping_add(first);
            // SAFETY: at each place there is room for the channels.
            unsafe { finish(sums, scaling, channels, &tile.places, output) }
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
    let block_bytes = block.rows * block.row_quads * Avx512Vnni::QUAD_BYTES;
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
            weights = weights.wrapping_add(Avx512Vnni::QUAD_BYTES);
        }
        inputs = inputs.map(|row| row.wrapping_add(block.pitch));
    }
    sums
}

/// Scales the sums of a block and writes them.
///
/// # Safety
/// At each place behind `output`, `channels` numbers, at most 16, can be written.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
unsafe fn finish(
    sums: [__m512i; PIXELS],
    scaling: &Scaling,
    channels: usize,
    places: &[usize; PIXELS],
    output: *mut i8,
) {
    for (sums, place) in sums.into_iter().zip(places) {
        let values = scaling.apply(sums);
        let output = output.wrapping_add(*place);
        // SAFETY: there is room.
        unsafe {
            if channels == CHANNELS {
                _mm_storeu_si128(output.cast(), values);
            } else {
                _mm_mask_storeu_epi8(output, (1 << channels) - 1, values);
            }
        }
    }
}

/// [`Stages`] in registers.
struct Scaling {
    multiplier: __m512i,
    odd_multiplier: __m512i,
    addend: __m512i,
    right: __m512i,
    min: __m128i,
    max: __m128i,
}

impl Scaling {
    #[inline]
    #[target_feature(enable = "avx512f,avx512vl")]
    fn new(stages: &Stages) -> Self {
        // SAFETY: each of the arrays has 16 numbers.
        let [multiplier, addend, right] = unsafe {
            [
                _mm512_loadu_si512(stages.multiplier.as_ptr().cast()),
                _mm512_loadu_si512(stages.addend.as_ptr().cast()),
                _mm512_loadu_si512(stages.right.as_ptr().cast()),
            ]
        };
        let odd_multiplier = _mm512_srli_epi64::<32>(multiplier);
        let [min, max] = [_mm_set1_epi8(stages.min), _mm_set1_epi8(stages.max)];
        Self { multiplier, odd_multiplier, addend, right, min, max }
    }

    /// [`crate::requantize::ChannelStage::apply`] and the activation, of 16 sums.
    #[inline]
    #[target_feature(enable = "avx512f,avx512vl")]
    fn apply(&self, sums: __m512i) -> __m128i {
        let one_half = _mm512_set1_epi64(1 << 31);
        let doubled = _mm512_add_epi32(sums, sums);
        let even = _mm512_add_epi64(_mm512_mul_epi32(doubled, self.multiplier), one_half);
        let odd = _mm512_mul_epi32(_mm512_srli_epi64::<32>(doubled), self.odd_multiplier);
        let odd = _mm512_add_epi64(odd, one_half);
        // The high words of both.
        let high = _mm512_mask_shuffle_epi32::<0b11_11_01_01>(odd, 0x5555, even);
        let sign = _mm512_srai_epi32::<31>(high);
        let shifted = _mm512_srav_epi32(_mm512_add_epi32(_mm512_add_epi32(high, self.addend), sign), self.right);
        _mm_min_epi8(_mm_max_epi8(_mm512_cvtsepi32_epi8(shifted), self.min), self.max)
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn add(sum: &Sum, [a, b]: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]) {
    let scaling = Scaling::new(&sum.stages);
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        // SAFETY: 16 bytes each.
        let [a, b] = [a, b].map(|q| unsafe { _mm_loadu_si128(q.as_ptr().cast()) });
        let [first, second] = &sum.addends;
        let sums = _mm512_add_epi32(addend(a, first, sum.k), addend(b, second, sum.k));
        // SAFETY: 16 bytes.
        unsafe { _mm_storeu_si128(output.as_mut_ptr().cast(), scaling.apply(sums)) }
    }
}

/// What 16 int8 numbers are at the common scale; the formula is that of [`super::sum`].
#[inline]
#[target_feature(enable = "avx512f")]
fn addend(q: __m128i, addend: &Addend, k: i32) -> __m512i {
    let [high, low, low_half] = [addend.high, addend.low, 1 << (k - 1)].map(|value| _mm512_set1_epi32(value));
    let d = _mm512_sub_epi32(_mm512_cvtepi8_epi32(q), _mm512_set1_epi32(addend.zero_point.into()));
    let product = _mm512_mullo_epi32(d, high);
    if addend.is_whole {
        return product;
    }
    let rest = _mm512_sra_epi32(_mm512_add_epi32(_mm512_mullo_epi32(d, low), low_half), _mm_cvtsi32_si128(k));
    let x = _mm512_add_epi32(product, rest);
    let [half, sign_mask] = [addend.half, addend.sign_mask].map(|value| _mm512_set1_epi32(value));
    let sign = _mm512_and_si512(_mm512_srai_epi32::<31>(x), sign_mask);
    _mm512_sra_epi32(_mm512_add_epi32(_mm512_add_epi32(x, half), sign), _mm_cvtsi32_si128(addend.right))
}
