//! The products of a position, which are most of the work.

use crate::kernels::scratch::winograd::{CHANNELS, Half, POSITIONS, Sums, TILES};

/// At half of the positions, the sum over all input channels of inputs times weights, for
/// [`CHANNELS`] output channels and [`TILES`] tiles; modulo `2^32`.
///
/// # Shapes
/// `inputs` `[words, POSITIONS, TILES]`, `weights` `[words, POSITIONS / 2, CHANNELS]`, with an even number of words.
#[inline(never)]
pub(crate) fn multiply_positions(inputs: &[u32], weights: &[u32], half: Half, sums: &mut [Sums]) -> Option<()> {
    let inputs = inputs.get(half.first_position() * TILES..)?;
    for (position, sums) in sums.iter_mut().enumerate() {
        *sums = [0; CHANNELS * TILES];
        let inputs = inputs.chunks(POSITIONS * TILES).map(|block| block.as_chunks::<TILES>().0.get(position));
        let weights =
            weights.chunks(POSITIONS / 2 * CHANNELS).map(|block| block.as_chunks::<CHANNELS>().0.get(position));
        for (inputs, weights) in inputs.zip(weights) {
            for (sums, weights) in sums.as_chunks_mut::<TILES>().0.iter_mut().zip(weights?) {
                for (sum, inputs) in sums.iter_mut().zip(inputs?) {
                    *sum = sum.wrapping_add(multiply_halves(*inputs, *weights));
                }
            }
        }
    }
    Some(())
}

/// Both products of halves, added: `SMUAD`.
#[inline]
const fn multiply_halves(a: u32, b: u32) -> i32 {
    let [a, b] = [a.cast_signed(), b.cast_signed()];
    let low = (a << 16 >> 16) * (b << 16 >> 16);
    low.wrapping_add((a >> 16) * (b >> 16))
}
