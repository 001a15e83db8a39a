//! The inner loops of the kernels for paired filters.
//!
//! A word of inputs has two 16-bit numbers, a word of weights four int8 numbers: of two output channels, for both.

#![cfg_attr(
    any(dim_armv6m, dim_armv7m, dim_dsp, dim_riscv32),
    allow(dead_code, reason = "what has a kernel of its own for the processor")
)]

use crate::kernels::scratch::depthwise3x3;
use crate::kernels::scratch::paired::{PIXELS, Rows};
use crate::requantize::PairStage;

/// Writes `values` to the start of `target`.
pub(crate) fn copy(values: &[i8], target: &mut [i8]) -> Option<()> {
    target.get_mut(..values.len())?.copy_from_slice(values);
    Some(())
}

/// Writes rows of int8 numbers to every [`PIXELS`]th word of `columns`, those of the next row `column_pitch` words on.
///
/// Zero points are taken off; 0 and 2 of every four numbers are in one word, 1 and 3 in the next.
pub(crate) fn expand_rows(rows: &Rows<'_>, zero_point: i8, columns: &mut [u32], column_pitch: usize) -> Option<()> {
    for y in 0..rows.height {
        let values = rows.values.get(y * rows.pitch..)?.get(..rows.length)?;
        let mut words = columns.get_mut(y * column_pitch..)?.iter_mut().step_by(PIXELS);
        for quad in values.as_chunks::<4>().0 {
            for (word, target) in expand_quad(*quad, zero_point).into_iter().zip(words.by_ref()) {
                *target = word;
            }
        }
    }
    Some(())
}

/// Writes int8 numbers as [`expand_rows`] does, to one word after the other, with zeros where the last four are not
/// complete.
pub(crate) fn expand_vector(values: &[i8], zero_point: i8, column: &mut [u32]) -> Option<()> {
    let (quads, rest) = values.as_chunks::<4>();
    let mut last = [zero_point; 4];
    last.iter_mut().zip(rest).for_each(|(last, value)| *last = *value);
    for (quad, target) in quads.iter().chain([&last]).zip(column.as_chunks_mut::<2>().0) {
        *target = expand_quad(*quad, zero_point);
    }
    Some(())
}

/// Four numbers as [`expand_rows`] writes them.
#[inline]
pub(crate) fn expand_quad([a, b, c, d]: [i8; 4], zero_point: i8) -> [u32; 2] {
    [word(a, c, zero_point), word(b, d, zero_point)]
}

/// Two numbers with the zero point taken off.
#[inline]
fn word(low: i8, high: i8, zero_point: i8) -> u32 {
    let input = |q: i8| (i32::from(q) - i32::from(zero_point)).cast_unsigned();
    input(low) & 0xffff | input(high) << 16
}

/// Every pair of channels of [`PIXELS`] pixels, which are `stride` apart in `output`.
///
/// # Shapes
/// `columns` `[words, pixels]`, `filter` `[pairs, words, 4]`, `output` starts with `[2 * pairs]` of the first pixel.
pub(crate) fn tile(
    columns: &[u32],
    filter: &[u8],
    stages: &[PairStage],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    tile_with(multiply, columns, filter, stages, output, stride)
}

/// [`tile`] by another [`multiply`].
#[inline]
pub(crate) fn tile_with(
    multiply: impl Fn(&[u32], &[u8], [i32; 2]) -> [[i32; PIXELS]; 2],
    columns: &[u32],
    filter: &[u8],
    stages: &[PairStage],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    for ((pair, stage), filter) in stages.iter().enumerate().zip(filter.chunks_exact(columns.len().max(1))) {
        let sums = multiply(columns, filter, stage.bias);
        for ((channel, sums), o) in stage.channels.iter().zip(&sums).zip(2 * pair..) {
            for (pixel, acc) in sums.iter().enumerate() {
                *output.get_mut(pixel * stride + o)? = channel.apply(*acc);
            }
        }
    }
    Some(())
}

/// `bias + sum(inputs * weights)` of two output channels and [`PIXELS`] pixels.
///
/// # Shapes
/// `columns` `[words, pixels]`, `filter` `[words, 4]`.
pub(crate) fn multiply(columns: &[u32], filter: &[u8], bias: [i32; 2]) -> [[i32; PIXELS]; 2] {
    let mut sums = bias.map(|bias| [bias; PIXELS]);
    for (inputs, weights) in columns.as_chunks::<PIXELS>().0.iter().zip(filter.as_chunks::<4>().0) {
        for (pixel, inputs) in inputs.iter().enumerate() {
            let products = multiply_word(*inputs, *weights);
            sums[0][pixel] += products[0];
            sums[1][pixel] += products[1];
        }
    }
    sums
}

/// `bias + sum(inputs * weights)` of two units.
///
/// # Shapes
/// `column` `[words]`, `filter` `[words, 4]`.
pub(crate) fn multiply_vector(column: &[u32], filter: &[u8], bias: [i32; 2]) -> [i32; 2] {
    column.iter().zip(filter.as_chunks::<4>().0).fold(bias, |sums, (inputs, weights)| {
        let products = multiply_word(*inputs, *weights);
        [sums[0] + products[0], sums[1] + products[1]]
    })
}

/// As [`multiply_vector`], for little-endian processors that load halves of words with their sign for nothing.
#[cfg(any(dim_armv6m, dim_armv7m, dim_riscv32))]
pub(crate) fn multiply_halves(column: &[u32], filter: &[u8], bias: [i32; 2]) -> [i32; 2] {
    let inputs: &[i16] = bytemuck::cast_slice(column);
    let quads = inputs.as_chunks::<4>().0.iter().zip(filter.as_chunks::<8>().0);
    quads.fold(bias, |sums, (inputs, weights)| {
        inputs.iter().zip(weights.as_chunks::<2>().0).fold(sums, |sums, (input, [a, b])| {
            let product = |weight: &u8| i32::from(*input) * i32::from(weight.cast_signed());
            [sums[0] + product(a), sums[1] + product(b)]
        })
    })
}

/// Two inputs times the weights of two channels.
#[inline]
fn multiply_word(inputs: u32, [a0, b0, a1, b1]: [u8; 4]) -> [i32; 2] {
    let inputs = inputs.cast_signed();
    let [low, high] = [inputs << 16 >> 16, inputs >> 16];
    let weight = |byte: u8| i32::from(byte.cast_signed());
    [low * weight(a0) + high * weight(a1), low * weight(b0) + high * weight(b1)]
}

/// Rearranges four channels of three rows, as [`depthwise3x3`] describes, for as many columns as there is room for.
pub(crate) fn columns(rows: &depthwise3x3::Rows<'_>, zero_point: i8, columns: &mut [u32]) -> Option<()> {
    let values = |row: usize| rows.values[row].array_windows::<{ depthwise3x3::CHANNELS }>().step_by(rows.step.max(1));
    let [mut firsts, mut seconds, mut thirds] = [0, 1, 2].map(values);
    for column in columns.as_chunks_mut::<{ depthwise3x3::WORDS }>().0 {
        let [first, second, third] = [firsts.next()?, seconds.next()?, thirds.next()?];
        let pair = |channel: usize| word(first[channel], second[channel], zero_point);
        let singles = |channel: usize| word(third[channel], third[channel + 2], zero_point);
        *column = [pair(0), pair(1), pair(2), pair(3), singles(0), singles(1)];
    }
    Some(())
}

/// A row of outputs of four channels: the windows start `step` words apart in `columns`, the pixels `stride` bytes in
/// `output`.
pub(crate) fn depthwise(
    columns: &[u32],
    factors: &[u32; FACTORS],
    step: usize,
    stages: &[PairStage; 2],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    let windows = columns.windows(FACTORS).step_by(step.max(1));
    for (window, pixel) in windows.zip(output.chunks_mut(stride.max(1))) {
        let inputs = window.first_chunk::<FACTORS>()?;
        let [inputs, weights]: [&[[i16; 2]; FACTORS]; 2] = [inputs, factors].map(bytemuck::cast_ref);
        let product = |word: usize, half: usize| i32::from(inputs[word][half]) * i32::from(weights[word][half]);
        for (channel, out) in pixel.first_chunk_mut::<{ depthwise3x3::CHANNELS }>()?.iter_mut().enumerate() {
            let stage = &stages[channel / 2];
            let mut sum = stage.bias[channel % 2];
            for column in (0..FACTORS).step_by(depthwise3x3::WORDS) {
                let single = column + depthwise3x3::CHANNELS + channel % 2;
                sum += product(column + channel, 0) + product(column + channel, 1);
                sum += product(single, if cfg!(target_endian = "little") { channel / 2 } else { 1 - channel / 2 });
            }
            *out = stage.channels[channel % 2].apply(sum);
        }
    }
    Some(())
}

/// Words of the weights of four channels.
const FACTORS: usize = depthwise3x3::KERNEL * depthwise3x3::WORDS;
