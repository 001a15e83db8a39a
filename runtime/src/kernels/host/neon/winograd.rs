//! Convolution by tiles: transforms of 8 input channels and of 4 output channels at a time, and between them products of
//! 4 tiles and 16 output channels.

use core::arch::aarch64::*;

use super::convolution::multiply as multiply_input;
use super::scaling::{Scaling, Sums, load, store};
use crate::kernels::host::stages::Stages;
use crate::kernels::host::tile::CHANNELS;
use crate::kernels::host::transforms::{Numbers, Patch, TileSums};
use crate::kernels::portable::winograd::{NINTH, POWERS};
use crate::kernels::scratch::winograd::{OUTPUTS, POINTS, POSITIONS};

/// 16-bit numbers of a vector.
pub(super) const LANES: usize = 8;
/// Tiles whose sums are in registers together: 16 of 32 registers.
const TILES_AT_ONCE: usize = 4;

/// `B^T d B`.
///
/// # Safety
/// `inputs_fit` is true.
#[target_feature(enable = "neon")]
pub(super) unsafe fn transform_inputs(pixels: &[i16], pitch: usize, numbers: &mut [i16]) {
    let pixel = numbers.len() / POSITIONS;
    for first in (0..pixel).step_by(LANES) {
        let mut rows = [[vdupq_n_s16(0); POINTS]; POINTS];
        for column in 0..POINTS {
            let mut values = [vdupq_n_s16(0); POINTS];
            for (row, value) in values.iter_mut().enumerate() {
                // SAFETY: six rows of six pixels lie inside of the slice.
                *value = unsafe { vld1q_s16(pixels.as_ptr().add(row * pitch + column * pixel + first)) };
            }
            for (row, value) in rows.iter_mut().zip(inputs(values)) {
                row[column] = value;
            }
        }
        for (i, row) in rows.into_iter().enumerate() {
            for (j, value) in inputs(row).into_iter().enumerate() {
                let position = i * POINTS + j;
                // SAFETY: every position has a number for each channel.
                unsafe { vst1q_s16(numbers.as_mut_ptr().add(position * pixel + first), value) }
            }
        }
    }
}

/// `B^T d`.
#[inline]
#[target_feature(enable = "neon")]
fn inputs([a, b, c, d, e, f]: [int16x8_t; POINTS]) -> [int16x8_t; POINTS] {
    let ce = vsubq_s16(e, c);
    let half_bd = vsubq_s16(d, b);
    let bd = vaddq_s16(half_bd, half_bd);
    [
        vaddq_s16(vshlq_n_s16::<2>(vsubq_s16(a, c)), ce),
        vsubq_s16(vaddq_s16(d, e), vshlq_n_s16::<2>(vaddq_s16(b, c))),
        vaddq_s16(vsubq_s16(e, d), vshlq_n_s16::<2>(vsubq_s16(b, c))),
        vaddq_s16(ce, bd),
        vsubq_s16(ce, bd),
        vsubq_s16(vsubq_s16(f, d), vshlq_n_s16::<2>(half_bd)),
    ]
}

/// # Safety
/// The numbers fit.
#[target_feature(enable = "neon")]
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

/// 16 channels of some tiles, 4 inputs at a time: of four tiles, 8 loads of weights, 4 of inputs, and 64 `SMLAL` for 256
/// products.
///
/// # Safety
/// There are as many tiles from `first` on, and `depth` times [`CHANNELS`] weights.
#[inline]
#[target_feature(enable = "neon")]
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
    let mut all = [[vdupq_n_s32(0); 4]; TILES];
    for quad in (0..numbers.depth).step_by(4) {
        let weights = weights.wrapping_add(quad * CHANNELS);
        let mut vectors = [[vdupq_n_s16(0); 2]; 4];
        for (i, [low, high]) in vectors.iter_mut().enumerate() {
            // SAFETY: four inputs have 4 times 16 weights.
            unsafe { [*low, *high] = [vld1q_s16(weights.add(i * CHANNELS)), vld1q_s16(weights.add(i * CHANNELS + 8))] }
        }
        for (sums, inputs) in all.iter_mut().zip(inputs) {
            // SAFETY: each tile has `depth` numbers at a position.
            let four = unsafe { vld1_s16(inputs.add(quad)) };
            *sums = multiply_input::<0>(*sums, vectors[0], four);
            *sums = multiply_input::<1>(*sums, vectors[1], four);
            *sums = multiply_input::<2>(*sums, vectors[2], four);
            *sums = multiply_input::<3>(*sums, vectors[3], four);
        }
    }
    for (tile, values) in all.into_iter().enumerate() {
        for (i, value) in values.into_iter().enumerate() {
            // SAFETY: each tile has 16 sums at a position.
            unsafe {
                let target = sums.as_mut_ptr().add(first + tile).cast::<[i32; CHANNELS]>().add(position);
                vst1q_s32(target.cast::<i32>().add(4 * i), value);
            }
        }
    }
}

/// `A^T m A` without the denominators of the weights, and outputs.
///
/// # Safety
/// The patch fits the output.
#[target_feature(enable = "neon")]
pub(super) unsafe fn transform_sums(sums: &TileSums, stages: &Stages, patch: &Patch, output: &mut [i8]) -> Option<()> {
    let bias = load(&stages.bias);
    let mut outputs = [[[vdupq_n_s32(0); 4]; OUTPUTS]; OUTPUTS];
    transform_quarter::<0>(sums, bias[0], &mut outputs);
    transform_quarter::<1>(sums, bias[1], &mut outputs);
    transform_quarter::<2>(sums, bias[2], &mut outputs);
    transform_quarter::<3>(sums, bias[3], &mut outputs);
    let scaling = Scaling::new(stages);
    for (y, row) in outputs.into_iter().enumerate().take(patch.height) {
        for (x, sums) in row.into_iter().enumerate().take(patch.width) {
            let output = output.get_mut(y * patch.pitch + x * patch.stride..)?;
            store(scaling.apply(sums), output, patch.channels);
        }
    }
    Some(())
}

/// Sums of 4 channels.
#[inline]
#[target_feature(enable = "neon")]
fn transform_quarter<const QUARTER: usize>(sums: &TileSums, bias: int32x4_t, outputs: &mut [[Sums; OUTPUTS]; OUTPUTS]) {
    let mut rows = [[vdupq_n_s32(0); POINTS]; OUTPUTS];
    for column in 0..POINTS {
        let mut values = [vdupq_n_s32(0); POINTS];
        for (value, sums) in values.iter_mut().zip(sums.as_chunks::<POINTS>().0) {
            let sums = sums[column].as_chunks::<4>().0;
            // SAFETY: 4 numbers.
            *value = unsafe { vld1q_s32(sums[QUARTER].as_ptr()) };
        }
        for (row, value) in rows.iter_mut().zip(sums_of(values)) {
            row[column] = value;
        }
    }
    for ((row, power), outputs) in rows.into_iter().zip(POWERS).zip(outputs) {
        for ((value, further), output) in sums_of(row).into_iter().zip(POWERS).zip(outputs) {
            let right = vdupq_n_s32(-(power + further).cast_signed());
            output[QUARTER] = vaddq_s32(vshlq_s32(vmulq_n_s32(value, NINTH), right), bias);
        }
    }
}

/// `A^T m`, times 24, 12, 6 and 6.
#[inline]
#[target_feature(enable = "neon")]
fn sums_of([a, b, c, d, e, f]: [int32x4_t; POINTS]) -> [int32x4_t; OUTPUTS] {
    let [sum, difference] = [vaddq_s32(b, c), vsubq_s32(b, c)];
    let [sum2, difference2] = [vaddq_s32(d, e), vsubq_s32(d, e)];
    [
        vsubq_s32(vmlaq_n_s32(sum2, a, 6), vshlq_n_s32::<2>(sum)),
        vsubq_s32(difference2, vaddq_s32(difference, difference)),
        vsubq_s32(sum2, sum),
        vsubq_s32(vmlaq_n_s32(vaddq_s32(difference2, difference2), f, 6), difference),
    ]
}
