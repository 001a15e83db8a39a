//! Convolution by tiles: transforms of 16 input channels and of 8 output channels at a time, and between them products of
//! 4 tiles and 16 output channels.

use core::arch::x86_64::*;

use super::scaling::{Scaling, Sums, TOGETHER, load, store};
use crate::kernels::host::stages::Stages;
use crate::kernels::host::tile::CHANNELS;
use crate::kernels::host::transforms::{Numbers, Patch, TileSums};
use crate::kernels::portable::winograd::{NINTH, POWERS};
use crate::kernels::scratch::winograd::{OUTPUTS, POINTS, POSITIONS};

/// 16-bit numbers of a vector.
pub(super) const LANES: usize = 16;
/// Tiles whose sums are in registers together: 8 of 16 registers.
const TILES_AT_ONCE: usize = 4;
/// Numbers of a position's weights for two inputs.
const PAIR: usize = 2 * CHANNELS;

/// `B^T d B`.
///
/// # Safety
/// `inputs_fit` is true.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn transform_inputs(pixels: &[i16], pitch: usize, numbers: &mut [i16]) {
    let pixel = numbers.len() / POSITIONS;
    for first in (0..pixel).step_by(LANES) {
        let mut rows = [[_mm256_setzero_si256(); POINTS]; POINTS];
        for column in 0..POINTS {
            let mut values = [_mm256_setzero_si256(); POINTS];
            for (row, value) in values.iter_mut().enumerate() {
                // SAFETY: six rows of six pixels lie inside of the slice.
                *value =
                    unsafe { _mm256_loadu_si256(pixels.as_ptr().add(row * pitch + column * pixel + first).cast()) };
            }
            for (row, value) in rows.iter_mut().zip(inputs(values)) {
                row[column] = value;
            }
        }
        for (i, row) in rows.into_iter().enumerate() {
            for (j, value) in inputs(row).into_iter().enumerate() {
                let position = i * POINTS + j;
                // SAFETY: every position has a number for each channel.
                unsafe { _mm256_storeu_si256(numbers.as_mut_ptr().add(position * pixel + first).cast(), value) }
            }
        }
    }
}

/// `B^T d`.
#[inline]
#[target_feature(enable = "avx2")]
fn inputs([a, b, c, d, e, f]: [__m256i; POINTS]) -> [__m256i; POINTS] {
    let ce = _mm256_sub_epi16(e, c);
    let half_bd = _mm256_sub_epi16(d, b);
    let bd = _mm256_add_epi16(half_bd, half_bd);
    let four = |x: __m256i| _mm256_slli_epi16::<2>(x);
    [
        _mm256_add_epi16(four(_mm256_sub_epi16(a, c)), ce),
        _mm256_sub_epi16(_mm256_add_epi16(d, e), four(_mm256_add_epi16(b, c))),
        _mm256_add_epi16(_mm256_sub_epi16(e, d), four(_mm256_sub_epi16(b, c))),
        _mm256_add_epi16(ce, bd),
        _mm256_sub_epi16(ce, bd),
        _mm256_sub_epi16(_mm256_sub_epi16(f, d), four(half_bd)),
    ]
}

/// # Safety
/// The numbers fit.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn multiply(numbers: &Numbers<'_>, filter: &[i16], sums: &mut [TileSums]) {
    for position in 0..POSITIONS {
        let weights = filter.as_ptr().wrapping_add(position * numbers.depth * CHANNELS);
        for first in (0..numbers.tiles).step_by(TILES_AT_ONCE) {
            // SAFETY: tiles from `first` on have numbers and sums at each position.
            unsafe {
                match numbers.tiles - first {
                    1 => multiply_tiles::<1>(numbers, weights, [position, first], sums),
                    2 => multiply_tiles::<2>(numbers, weights, [position, first], sums),
                    3 => multiply_tiles::<3>(numbers, weights, [position, first], sums),
                    _ => multiply_tiles::<TILES_AT_ONCE>(numbers, weights, [position, first], sums),
                }
            }
        }
    }
}

/// 16 channels of some tiles, 2 inputs at a time: of four tiles, 2 loads of weights, 4 broadcasts of inputs, and 8
/// `VPMADDWD` and 8 `VPADDD` for 128 products.
///
/// # Safety
/// There are as many tiles from `first` on, and `depth` times [`CHANNELS`] weights.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn multiply_tiles<const TILES: usize>(
    numbers: &Numbers<'_>,
    weights: *const i16,
    [position, first]: [usize; 2],
    sums: &mut [TileSums],
) {
    let mut inputs = [numbers.values.as_ptr(); TILES];
    for (tile, inputs) in inputs.iter_mut().enumerate() {
        *inputs = inputs.wrapping_add(((first + tile) * POSITIONS + position) * numbers.pixel);
    }
    let mut all = [[_mm256_setzero_si256(); 2]; TILES];
    for pair in 0..numbers.depth / 2 {
        let weights: *const __m256i = weights.wrapping_add(pair * PAIR).cast();
        // SAFETY: each pair of inputs has 64 bytes of weights.
        let [low, high] = unsafe { [_mm256_loadu_si256(weights), _mm256_loadu_si256(weights.add(1))] };
        for (sums, inputs) in all.iter_mut().zip(inputs) {
            // SAFETY: each tile has `depth` numbers at a position.
            let pair = unsafe { inputs.add(2 * pair).cast::<i32>().read_unaligned() };
            let pair = _mm256_set1_epi32(pair);
            sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(pair, low));
            sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(pair, high));
        }
    }
    for (tile, [low, high]) in all.into_iter().enumerate() {
        // SAFETY: each tile has 16 sums at a position.
        unsafe {
            let target = sums.as_mut_ptr().add(first + tile).cast::<[i32; CHANNELS]>().add(position).cast::<__m256i>();
            _mm256_storeu_si256(target, low);
            _mm256_storeu_si256(target.add(1), high);
        }
    }
}

/// `A^T m A` without the denominators of the weights, and outputs.
///
/// # Safety
/// The patch fits the output.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn transform_sums(sums: &TileSums, stages: &Stages, patch: &Patch, output: &mut [i8]) {
    let bias = load(&stages.bias);
    let mut outputs = [[[_mm256_setzero_si256(); 2]; OUTPUTS]; OUTPUTS];
    transform_half::<0>(sums, bias[0], &mut outputs);
    transform_half::<1>(sums, bias[1], &mut outputs);
    let scaling = Scaling::new(stages);
    for (y, row) in outputs.iter().enumerate().take(patch.height) {
        let pairs = row.as_chunks::<TOGETHER>().0.iter().zip([[0, 1], [2, 3]]);
        for (&[first, second], [x, next]) in pairs.take(patch.width.div_ceil(TOGETHER)) {
            // The last pixel stands for one that is not there.
            let (second, next) = if next < patch.width { (second, next) } else { (first, x) };
            let places = [y * patch.pitch + x * patch.stride, y * patch.pitch + next * patch.stride];
            // SAFETY: at each place there is room for the channels.
            unsafe { store(scaling.apply([first, second]), patch.channels, places, output.as_mut_ptr()) }
        }
    }
}

/// Sums of 8 channels.
#[inline]
#[target_feature(enable = "avx2")]
fn transform_half<const HALF: usize>(sums: &TileSums, bias: __m256i, outputs: &mut [[Sums; OUTPUTS]; OUTPUTS]) {
    let mut rows = [[_mm256_setzero_si256(); POINTS]; OUTPUTS];
    for column in 0..POINTS {
        let mut values = [_mm256_setzero_si256(); POINTS];
        for (value, sums) in values.iter_mut().zip(sums.as_chunks::<POINTS>().0) {
            let sums = sums[column].as_chunks::<8>().0;
            // SAFETY: 8 numbers.
            *value = unsafe { _mm256_loadu_si256(sums[HALF].as_ptr().cast()) };
        }
        for (row, value) in rows.iter_mut().zip(sums_of(values)) {
            row[column] = value;
        }
    }
    let ninth = _mm256_set1_epi32(NINTH);
    for ((row, power), outputs) in rows.into_iter().zip(POWERS).zip(outputs) {
        for ((value, further), output) in sums_of(row).into_iter().zip(POWERS).zip(outputs) {
            let shift = _mm_cvtsi32_si128((power + further).cast_signed());
            let sum = _mm256_sra_epi32(_mm256_mullo_epi32(value, ninth), shift);
            output[HALF] = _mm256_add_epi32(sum, bias);
        }
    }
}

/// `A^T m`, times 24, 12, 6 and 6.
#[inline]
#[target_feature(enable = "avx2")]
fn sums_of([a, b, c, d, e, f]: [__m256i; POINTS]) -> [__m256i; OUTPUTS] {
    let [sum, difference] = [_mm256_add_epi32(b, c), _mm256_sub_epi32(b, c)];
    let [sum2, difference2] = [_mm256_add_epi32(d, e), _mm256_sub_epi32(d, e)];
    let twice = |x: __m256i| _mm256_add_epi32(x, x);
    let [a3, f3] = [_mm256_add_epi32(a, twice(a)), _mm256_add_epi32(f, twice(f))];
    [
        _mm256_sub_epi32(_mm256_add_epi32(twice(a3), sum2), _mm256_slli_epi32::<2>(sum)),
        _mm256_sub_epi32(difference2, twice(difference)),
        _mm256_sub_epi32(sum2, sum),
        _mm256_sub_epi32(twice(_mm256_add_epi32(f3, difference2)), difference),
    ]
}
