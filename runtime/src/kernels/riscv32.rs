//! Blocks for RISC-V with the extension M, whose registers hold sixteen sums: four pixels and four channels.
//!
//! There is no instruction that multiplies and adds, but loads extend the sign for nothing, and stores of halves spare
//! the packing of words. `docs/PERFORMANCE.md` counts the loops.

#![expect(unsafe_code, reason = "a loop that needs every register")]

mod int4;
mod products;

use core::arch::naked_asm;

use super::portable::blocks;
pub(crate) use super::portable::blocks::{columns, copy, depthwise, expand_vector, multiply_halves as multiply_vector};
pub(crate) use int4::multiply_int4;
pub(crate) use products::multiply_positions;

use super::scratch::paired::{PIXELS, Rows};
use crate::requantize::PairStage;

/// Channels that are computed together.
const CHANNELS: usize = 4;

/// As [`blocks::tile`].
pub(crate) fn tile(
    columns: &[u32],
    filter: &[u8],
    stages: &[PairStage],
    output: &mut [i8],
    stride: usize,
) -> Option<()> {
    let (twos, last) = stages.as_chunks::<2>();
    let (filters, last_filter) = filter.split_at_checked(2 * twos.len() * columns.len())?;
    let firsts = (0..).step_by(CHANNELS);
    for ((stages, filters), first) in twos.iter().zip(filters.chunks_exact((2 * columns.len()).max(1))).zip(firsts) {
        let sums = multiply(columns, filters.split_at_checked(columns.len())?, stages);
        let mut values = [[0; CHANNELS]; PIXELS];
        for (o, (channel, sums)) in stages.iter().flat_map(|stage| &stage.channels).zip(&sums).enumerate() {
            for (values, acc) in values.iter_mut().zip(sums) {
                values[o] = channel.apply(*acc);
            }
        }
        for (pixel, values) in values.iter().enumerate() {
            *output.get_mut(pixel * stride + first..)?.first_chunk_mut()? = *values;
        }
    }
    blocks::tile(columns, last_filter, last, output.get_mut(CHANNELS * twos.len()..)?, stride)
}

/// `bias + sum(inputs * weights)` of four output channels, whose weights are in two filters, and [`PIXELS`] pixels.
#[inline]
fn multiply(columns: &[u32], filters: (&[u8], &[u8]), stages: &[PairStage; 2]) -> [[i32; PIXELS]; CHANNELS] {
    let words = (columns.len() / PIXELS).min(filters.0.len() / 4).min(filters.1.len() / 4) & !1;
    let [[a, b], [c, d]] = stages.each_ref().map(|stage| stage.bias);
    let mut sums = [a, b, c, d].map(|bias| [bias; PIXELS]);
    if words > 0 {
        let end = columns.as_ptr().wrapping_add(words * PIXELS);
        // SAFETY: an even number of words, four for each word of either filter, is read up to `end`.
        unsafe { multiply_block(columns.as_ptr(), filters.0.as_ptr(), filters.1.as_ptr(), end, &mut sums) };
    }
    sums
}

/// 160 instructions for 64 products, and 4 for every turn.
///
/// a5 to a7 and ra are weights, t0 an input, t1 and t2 products; all other registers but a0 to a4 are sums.
///
/// # Safety
/// From `columns` to `end` there are an even number of times four words, at least two times, and in each filter a
/// quarter of them.
#[unsafe(naked)]
unsafe extern "C" fn multiply_block(
    columns: *const u32,
    first: *const u8,
    second: *const u8,
    end: *const u32,
    sums: &mut [[i32; PIXELS]; CHANNELS],
) {
    naked_asm!(
        ".option push",
        ".option arch, +m, +c",
        // One input of one pixel times one weight of four channels.
        ".macro dim_multiply input, a, b, c, d",
        "lh t0, \\input(a0)",
        "mul t1, t0, a5",
        "mul t2, t0, a6",
        "add \\a, \\a, t1",
        "add \\b, \\b, t2",
        "mul t1, t0, a7",
        "mul t2, t0, ra",
        "add \\c, \\c, t1",
        "add \\d, \\d, t2",
        ".endm",
        // One input of four pixels.
        ".macro dim_pixels inputs, weights",
        "lb a5, \\weights(a1)",
        "lb a6, \\weights + 1(a1)",
        "lb a7, \\weights(a2)",
        "lb ra, \\weights + 1(a2)",
        "dim_multiply \\inputs, s0, s4, s8, t3",
        "dim_multiply \\inputs + 4, s1, s5, s9, t4",
        "dim_multiply \\inputs + 8, s2, s6, s10, t5",
        "dim_multiply \\inputs + 12, s3, s7, s11, t6",
        ".endm",
        // Every sum: `lw` or `sw`.
        ".macro dim_sums move",
        "\\move s0, 0(a4)",
        "\\move s1, 4(a4)",
        "\\move s2, 8(a4)",
        "\\move s3, 12(a4)",
        "\\move s4, 16(a4)",
        "\\move s5, 20(a4)",
        "\\move s6, 24(a4)",
        "\\move s7, 28(a4)",
        "\\move s8, 32(a4)",
        "\\move s9, 36(a4)",
        "\\move s10, 40(a4)",
        "\\move s11, 44(a4)",
        "\\move t3, 48(a4)",
        "\\move t4, 52(a4)",
        "\\move t5, 56(a4)",
        "\\move t6, 60(a4)",
        ".endm",
        // Every register that is the caller's.
        ".macro dim_saved move",
        "\\move ra, 0(sp)",
        "\\move s0, 4(sp)",
        "\\move s1, 8(sp)",
        "\\move s2, 12(sp)",
        "\\move s3, 16(sp)",
        "\\move s4, 20(sp)",
        "\\move s5, 24(sp)",
        "\\move s6, 28(sp)",
        "\\move s7, 32(sp)",
        "\\move s8, 36(sp)",
        "\\move s9, 40(sp)",
        "\\move s10, 44(sp)",
        "\\move s11, 48(sp)",
        ".endm",
        "addi sp, sp, -64",
        "dim_saved sw",
        "dim_sums lw",
        "1:",
        "dim_pixels 0, 0",
        "dim_pixels 2, 2",
        "dim_pixels 16, 4",
        "dim_pixels 18, 6",
        "addi a0, a0, 32",
        "addi a1, a1, 8",
        "addi a2, a2, 8",
        "bne a0, a3, 1b",
        "dim_sums sw",
        "dim_saved lw",
        "addi sp, sp, 64",
        "ret",
        ".purgem dim_multiply",
        ".purgem dim_pixels",
        ".purgem dim_sums",
        ".purgem dim_saved",
        ".option pop",
    )
}

/// As [`blocks::expand_rows`].
pub(crate) fn expand_rows(rows: &Rows<'_>, zero_point: i8, columns: &mut [u32], column_pitch: usize) -> Option<()> {
    /// Numbers in the words of all pixels for four inputs.
    const QUAD: usize = 4 * PIXELS;
    for y in 0..rows.height {
        let values = rows.values.get(y * rows.pitch..)?.get(..rows.length)?;
        let halves: &mut [i16] = bytemuck::cast_slice_mut(columns.get_mut(y * column_pitch..)?);
        for (halves, [a, b, c, d]) in halves.chunks_mut(QUAD).zip(values.as_chunks::<4>().0) {
            let value = |q: &i8| i16::from(*q) - i16::from(zero_point);
            // The last of them ends with the words of this pixel.
            if let Some(halves) = halves.first_chunk_mut::<{ QUAD / 2 + 2 }>() {
                halves[0] = value(a);
                halves[1] = value(c);
                halves[QUAD / 2] = value(b);
                halves[QUAD / 2 + 1] = value(d);
            }
        }
    }
    Some(())
}
