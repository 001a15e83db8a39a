//! The transform of the weights, `G g G^T` without its denominators: first of every column of a kernel, then of every row.

use super::packed::{halves, widen};
use crate::kernels::scratch::winograd::{CHANNELS, Half, KERNEL, POINTS, POSITIONS};

/// What the channels have in a word, at each position of a half.
type Block = [[u32; CHANNELS]; POSITIONS / 2];

/// Writes the weights of two output channels at half of the positions.
///
/// # Shapes
/// `filter` `[KERNEL, KERNEL, words, 4]`, `weights` `[words, POINTS / 2, POINTS, CHANNELS]`.
#[inline(never)]
pub(crate) fn transform_filter(filter: &[u8], half: Half, weights: &mut [u32]) -> Option<()> {
    let blocks: &mut [Block] = weights.as_chunks_mut().0.as_chunks_mut().0;
    let taps: &[u32] = bytemuck::try_cast_slice(filter).ok()?;
    for column in 0..KERNEL {
        let tap = |row: usize| taps.get((row * KERNEL + column) * blocks.len()..)?.get(..blocks.len());
        let [a, b, c] = [tap(0)?, tap(1)?, tap(2)?];
        for (((block, a), b), c) in blocks.iter_mut().zip(a).zip(b).zip(c) {
            let [a, b, c] = [*a, *b, *c].map(widen);
            for o in 0..CHANNELS {
                let rows = match half {
                    Half::Upper => {
                        let [sum, difference] = around(a[o].wrapping_add(c[o]), b[o]);
                        [a[o], sum, difference]
                    }
                    Half::Lower => {
                        let [sum, difference] = around(a[o].wrapping_add(c[o] << 2), b[o] << 1);
                        [sum, difference, c[o]]
                    }
                };
                for (row, value) in block.as_chunks_mut::<POINTS>().0.iter_mut().zip(rows) {
                    row[column][o] = value;
                }
            }
        }
    }
    for block in blocks {
        for row in block.as_chunks_mut::<POINTS>().0 {
            for o in 0..CHANNELS {
                let [a, b, c] = [row[0][o], row[1][o], row[2][o]];
                let [first, second] = around(a.wrapping_add(c), b);
                let [third, fourth] = around(a.wrapping_add(c << 2), b << 1);
                for (words, value) in row.iter_mut().zip([a, first, second, third, fourth, c]) {
                    words[o] = halves(value);
                }
            }
        }
    }
    Some(())
}

/// Sum and difference.
#[inline]
const fn around(a: u32, b: u32) -> [u32; 2] {
    [a.wrapping_add(b), a.wrapping_sub(b)]
}
