//! The transform of the sums, `A^T m A` with the denominators of the filter's transform, and the outputs.

use crate::kernels::scratch::winograd::{CHANNELS, OUTPUTS, POINTS, POSITIONS, Sums, TILES, Tile};
use crate::requantize::PairStage;

/// The odd part of the denominators, 9, inverted modulo `2^32`.
pub(crate) const NINTH: i32 = 0x38e3_8e39;
/// The even part of the denominator of each output of an axis, as a power of two.
pub(crate) const POWERS: [u32; OUTPUTS] = [3, 2, 1, 1];

/// Writes the outputs of two channels of all tiles, of rows that are `pitch` apart and pixels that are `stride` apart.
/// The sums are overwritten.
#[inline(never)]
pub(crate) fn transform_sums(
    sums: &mut [Sums; POSITIONS],
    stage: &PairStage,
    tiles: &[Tile; TILES],
    output: &mut [i8],
    pitch: usize,
    stride: usize,
) -> Option<()> {
    for i in 0..CHANNELS * TILES {
        transform_columns(sums, i);
    }
    for (o, (channel, bias)) in stage.channels.iter().zip(stage.bias).enumerate() {
        for (t, tile) in tiles.iter().enumerate() {
            let i = (o * TILES + t) % (CHANNELS * TILES);
            let mut start = tile.start + o;
            for (row, power) in sums.as_chunks::<POINTS>().0.iter().zip(POWERS).take(tile.height) {
                let [a, b, c, d] = transform(row.each_ref().map(|sums| sums[i]));
                let [first, second, third, fourth] = POWERS;
                let values = [(a, first), (b, second), (c, third), (d, fourth)];
                let values = values
                    .map(|(value, further)| channel.apply(bias + (value.wrapping_mul(NINTH) >> (power + further))));
                let mut at = start;
                let mut put = |value| {
                    *output.get_mut(at)? = value;
                    at += stride;
                    Some(())
                };
                // A loop that is written out is shorter.
                if tile.width >= OUTPUTS {
                    values.into_iter().try_for_each(&mut put)?;
                } else {
                    values.into_iter().take(tile.width).try_for_each(&mut put)?;
                }
                start += pitch;
            }
        }
    }
    Some(())
}

/// The columns of a tile and channel. All of them in one function would need more registers than there are.
#[inline(never)]
fn transform_columns(sums: &mut [Sums; POSITIONS], i: usize) {
    let i = i % (CHANNELS * TILES);
    for column in 0..POINTS {
        let values = transform(core::array::from_fn(|row| sums[row * POINTS + column][i]));
        for (row, value) in values.into_iter().enumerate() {
            sums[row * POINTS + column][i] = value;
        }
    }
}

/// `A^T m`, times 24, 12, 6 and 6.
#[inline]
const fn transform([a, b, c, d, e, f]: [i32; POINTS]) -> [i32; OUTPUTS] {
    let [sum, difference] = [b.wrapping_add(c), b.wrapping_sub(c)];
    let [sum2, difference2] = [d.wrapping_add(e), d.wrapping_sub(e)];
    [
        (triple_of(a) << 1).wrapping_add(sum2).wrapping_sub(sum << 2),
        difference2.wrapping_sub(difference << 1),
        sum2.wrapping_sub(sum),
        (triple_of(f).wrapping_add(difference2) << 1).wrapping_sub(difference),
    ]
}

#[inline]
const fn triple_of(x: i32) -> i32 {
    x.wrapping_add(x << 1)
}
