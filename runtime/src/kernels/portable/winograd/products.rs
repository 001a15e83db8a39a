//! The products of a position, which are most of the work.

use crate::kernels::scratch::winograd::{CHANNELS, Sums, TILES};

/// At each position, the sum over all input channels of inputs times weights, for [`CHANNELS`] output channels and
/// [`TILES`] tiles; modulo `2^32`.
///
/// # Shapes
/// `inputs` `[positions, words, TILES]`, `weights` `[positions, words, CHANNELS]`, with an even number of words, and as
/// many positions as `sums` has.
#[inline(never)]
pub(crate) fn multiply_positions(inputs: &[u32], weights: &[u32], sums: &mut [Sums]) -> Option<()> {
    let words = weights.len() / CHANNELS / sums.len().max(1);
    let inputs = inputs.chunks_exact((words * TILES).max(1));
    let weights = weights.chunks_exact((words * CHANNELS).max(1));
    for ((sums, inputs), weights) in sums.iter_mut().zip(inputs).zip(weights) {
        *sums = [0; CHANNELS * TILES];
        for (inputs, weights) in inputs.as_chunks::<TILES>().0.iter().zip(weights.as_chunks::<CHANNELS>().0) {
            for (sums, weights) in sums.as_chunks_mut::<TILES>().0.iter_mut().zip(weights) {
                for (sum, inputs) in sums.iter_mut().zip(inputs) {
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
