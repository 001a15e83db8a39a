//! aarch64: `SMLAL` multiplies four 16-bit numbers with others or with one of them, and adds to sums in 32 bits.

#![expect(
    unsafe_code,
    reason = "loads and stores of vectors, and calls of functions for instructions that were detected"
)]

use core::arch::aarch64::*;

use super::block::Block;
use super::instructions::Instructions;
use super::row::Row;
use super::stages::Stages;
use super::sum::{Addend, Sum};
use super::tile::CHANNELS;
use crate::kernels::portable::blocks;

/// Pixels whose sums are in registers together: 16 of 32 registers.
pub(super) const PIXELS_AT_ONCE: usize = 4;

/// [`CHANNELS`] sums.
pub(super) type Sums = [int32x4_t; 4];

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

    fn fold(self, _packed: &[u8], _offset: i32, _bias: &mut [i32; CHANNELS]) {}

    fn convolve(self, block: &Block<'_, i16>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has NEON, and everything lies inside of the slices.
        if block.fits(Self::QUAD_BYTES, output) { unsafe { convolve(block, output) } } else { None }
    }

    fn multiply_vector(self, column: &[u32], filter: &[u8], bias: [i32; 2]) -> Option<[i32; 2]> {
        let vectors = column.len() / 8;
        let (column, last) = column.split_at_checked(8 * vectors)?;
        let (filter, last_filter) = filter.split_at_checked(32 * vectors)?;
        // SAFETY: the processor has NEON.
        let [first, second] = unsafe { multiply_vectors(column.as_chunks().0, filter.as_chunks().0) };
        let sums = [bias[0].wrapping_add(first), bias[1].wrapping_add(second)];
        Some(blocks::multiply_vector(last, last_filter, sums))
    }

    fn pack_taps(weights: &[[i16; CHANNELS]], packed: &mut [[i16; CHANNELS]]) -> Option<()> {
        packed.get_mut(..weights.len())?.copy_from_slice(weights);
        Some(())
    }

    fn depthwise(self, row: &Row<'_>, output: &mut [i8]) -> Option<()> {
        // SAFETY: the processor has NEON, and everything lies inside of the slices.
        if row.fits(output) { unsafe { depthwise_row(row, output) } } else { None }
    }

    fn add(self, sum: &Sum, inputs: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]) {
        // SAFETY: the processor has NEON.
        unsafe { add(sum, inputs, output) }
    }
}

/// # Safety
/// The block fits the output.
#[target_feature(enable = "neon")]
unsafe fn convolve(block: &Block<'_, i16>, output: &mut [i8]) -> Option<()> {
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

/// Four pixels, 4 inputs at a time: 8 loads of weights, 4 of inputs, and 64 `SMLAL` for 256 products.
///
/// # Safety
/// A window at each of `starts` lies inside of the block's inputs.
#[target_feature(enable = "neon")]
unsafe fn multiply_tile(
    block: &Block<'_, i16>,
    starts: &[usize; PIXELS_AT_ONCE],
    bias: Sums,
) -> [Sums; PIXELS_AT_ONCE] {
    // SAFETY: the windows start inside of the inputs.
    let mut inputs = starts.map(|start| unsafe { block.inputs.as_ptr().add(start) });
    let mut weights: *const i16 = block.filter.as_ptr().cast();
    let mut sums = [bias; PIXELS_AT_ONCE];
    for _ in 0..block.rows {
        for quad in 0..block.row_quads {
            // SAFETY: a row of a window has `row_quads` fours.
            let fours = inputs.map(|row| unsafe { vld1_s16(row.add(4 * quad)) });
            // SAFETY: four inputs have 4 times 16 weights.
            let vectors = [0, 1, 2, 3].map(|i| unsafe {
                [vld1q_s16(weights.wrapping_add(i * CHANNELS)), vld1q_s16(weights.wrapping_add(i * CHANNELS + 8))]
            });
            weights = weights.wrapping_add(4 * CHANNELS);
            for (sums, four) in sums.iter_mut().zip(fours) {
                *sums = multiply::<0>(*sums, vectors[0], four);
                *sums = multiply::<1>(*sums, vectors[1], four);
                *sums = multiply::<2>(*sums, vectors[2], four);
                *sums = multiply::<3>(*sums, vectors[3], four);
            }
        }
        inputs = inputs.map(|row| row.wrapping_add(block.pitch));
    }
    sums
}

/// One of four inputs times the weights of 16 channels.
#[inline]
#[target_feature(enable = "neon")]
fn multiply<const LANE: i32>([a, b, c, d]: Sums, [low, high]: [int16x8_t; 2], four: int16x4_t) -> Sums {
    [
        vmlal_lane_s16::<LANE>(a, vget_low_s16(low), four),
        vmlal_high_lane_s16::<LANE>(b, low, four),
        vmlal_lane_s16::<LANE>(c, vget_low_s16(high), four),
        vmlal_high_lane_s16::<LANE>(d, high, four),
    ]
}

#[inline]
#[target_feature(enable = "neon")]
pub(super) fn load(values: &[i32; CHANNELS]) -> Sums {
    // SAFETY: four times four numbers.
    [0, 4, 8, 12].map(|i| unsafe { vld1q_s32(values.as_ptr().add(i)) })
}

/// Writes the first `channels` numbers, or as many as there is room for.
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn store(values: int8x16_t, output: &mut [i8], channels: usize) {
    let mut all = [0; CHANNELS];
    // SAFETY: there is room for 16.
    unsafe { vst1q_s8(all.as_mut_ptr(), values) }
    match output.first_chunk_mut() {
        Some(output) if channels == CHANNELS => *output = all,
        _ => output.iter_mut().zip(all).take(channels).for_each(|(output, value)| *output = value),
    }
}

/// [`Stages`] in registers.
pub(super) struct Scaling {
    multiplier: Sums,
    addend: Sums,
    /// What `SSHL` shifts to the left.
    left: Sums,
    min: int8x16_t,
    max: int8x16_t,
}

impl Scaling {
    #[inline]
    #[target_feature(enable = "neon")]
    pub(super) fn new(stages: &Stages) -> Self {
        Self {
            multiplier: load(&stages.multiplier),
            addend: load(&stages.addend),
            left: load(&stages.right.map(|right| -right.cast_signed())),
            min: vdupq_n_s8(stages.min),
            max: vdupq_n_s8(stages.max),
        }
    }

    /// [`crate::requantize::ChannelStage::apply`] and the activation, of 16 sums.
    #[inline]
    #[target_feature(enable = "neon")]
    pub(super) fn apply(&self, sums: Sums) -> int8x16_t {
        let scaled = |i: usize| {
            // The high word of twice the product, rounded.
            let high = vqrdmulhq_s32(sums[i], self.multiplier[i]);
            let sign = vshrq_n_s32::<31>(high);
            vqmovn_s32(vshlq_s32(vaddq_s32(vaddq_s32(high, self.addend[i]), sign), self.left[i]))
        };
        let [low, high] = [vcombine_s16(scaled(0), scaled(1)), vcombine_s16(scaled(2), scaled(3))];
        let bytes = vcombine_s8(vqmovn_s16(low), vqmovn_s16(high));
        vminq_s8(vmaxq_s8(bytes, self.min), self.max)
    }
}

/// 16 inputs of two units at a time, whose weights `LD2` takes apart.
#[target_feature(enable = "neon")]
fn multiply_vectors(column: &[[u32; 8]], filter: &[[u8; 32]]) -> [i32; 2] {
    let mut sums = [vdupq_n_s32(0); 2];
    for (inputs, weights) in column.iter().zip(filter) {
        let inputs: *const i16 = inputs.as_ptr().cast();
        // SAFETY: 16 numbers of 16 bits.
        let [low, high] = unsafe { [vld1q_s16(inputs), vld1q_s16(inputs.add(8))] };
        // SAFETY: twice 16 weights.
        let int8x16x2_t(first, second) = unsafe { vld2q_s8(weights.as_ptr().cast()) };
        for (sum, weights) in sums.iter_mut().zip([first, second]) {
            let [a, b] = [vmovl_s8(vget_low_s8(weights)), vmovl_high_s8(weights)];
            *sum = vmlal_high_s16(vmlal_s16(*sum, vget_low_s16(low), vget_low_s16(a)), low, a);
            *sum = vmlal_high_s16(vmlal_s16(*sum, vget_low_s16(high), vget_low_s16(b)), high, b);
        }
    }
    sums.map(|sums| vaddvq_s32(sums))
}

/// # Safety
/// The row fits the output.
#[target_feature(enable = "neon")]
unsafe fn depthwise_row(row: &Row<'_>, output: &mut [i8]) -> Option<()> {
    let scaling = Scaling::new(row.stages);
    for pixel in 0..row.pixels {
        // SAFETY: the windows lie inside of the inputs.
        let sums = unsafe { depthwise_pixel(row, pixel * row.step) };
        store(scaling.apply(sums), output.get_mut(pixel * row.stride..)?, row.channels);
    }
    Some(())
}

/// # Safety
/// 16 numbers can be read at every tap behind `start`.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn depthwise_pixel(row: &Row<'_>, start: usize) -> Sums {
    let [mut a, mut b, mut c, mut d] = load(&row.stages.bias);
    for (tap, weights) in row.taps.iter().zip(row.filter) {
        let inputs = row.inputs.as_ptr().wrapping_add(start + tap);
        // SAFETY: 16 inputs and 16 weights.
        let [x, y, v, w] = unsafe {
            [
                vld1q_s16(inputs),
                vld1q_s16(inputs.add(8)),
                vld1q_s16(weights.as_ptr()),
                vld1q_s16(weights.as_ptr().add(8)),
            ]
        };
        a = vmlal_s16(a, vget_low_s16(x), vget_low_s16(v));
        b = vmlal_high_s16(b, x, v);
        c = vmlal_s16(c, vget_low_s16(y), vget_low_s16(w));
        d = vmlal_high_s16(d, y, w);
    }
    [a, b, c, d]
}

#[target_feature(enable = "neon")]
fn add(sum: &Sum, [a, b]: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]) {
    let scaling = Scaling::new(&sum.stages);
    let [first, second] = sum.addends.map(|addend| Terms::new(&addend, sum.k));
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        let [mut sums, others] = [first.apply(a), second.apply(b)];
        for (sum, other) in sums.iter_mut().zip(others) {
            *sum = vaddq_s32(*sum, other);
        }
        store(scaling.apply(sums), output, CHANNELS);
    }
}

/// An [`Addend`] in registers.
struct Terms {
    zero_point: int16x8_t,
    high: int32x4_t,
    low: int32x4_t,
    low_half: int32x4_t,
    low_left: int32x4_t,
    half: int32x4_t,
    sign_mask: int32x4_t,
    left: int32x4_t,
    is_whole: bool,
}

impl Terms {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(addend: &Addend, k: i32) -> Self {
        Self {
            zero_point: vdupq_n_s16(addend.zero_point),
            high: vdupq_n_s32(addend.high),
            low: vdupq_n_s32(addend.low),
            low_half: vdupq_n_s32(1 << (k - 1)),
            low_left: vdupq_n_s32(-k),
            half: vdupq_n_s32(addend.half),
            sign_mask: vdupq_n_s32(addend.sign_mask),
            left: vdupq_n_s32(-addend.right),
            is_whole: addend.is_whole,
        }
    }

    /// What 16 int8 numbers are at the common scale; the formula is that of [`super::sum`].
    #[inline]
    #[target_feature(enable = "neon")]
    fn apply(&self, values: &[i8; CHANNELS]) -> Sums {
        // SAFETY: 16 bytes.
        let q = unsafe { vld1q_s8(values.as_ptr()) };
        let words = [vmovl_s8(vget_low_s8(q)), vmovl_high_s8(q)].map(|words| vsubq_s16(words, self.zero_point));
        let [x, y] = words;
        [vmovl_s16(vget_low_s16(x)), vmovl_high_s16(x), vmovl_s16(vget_low_s16(y)), vmovl_high_s16(y)].map(|d| {
            if self.is_whole {
                return vmulq_s32(d, self.high);
            }
            let rest = vshlq_s32(vmlaq_s32(self.low_half, d, self.low), self.low_left);
            let x = vmlaq_s32(rest, d, self.high);
            let sign = vandq_s32(vshrq_n_s32::<31>(x), self.sign_mask);
            vshlq_s32(vaddq_s32(vaddq_s32(x, self.half), sign), self.left)
        })
    }
}
