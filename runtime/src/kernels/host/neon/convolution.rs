//! Convolution, 4 pixels of 16 channels at a time.

use core::arch::aarch64::*;

use super::scaling::{Scaling, Sums, load, store};
use crate::kernels::host::block::Block;
use crate::kernels::host::tile::CHANNELS;

/// Pixels whose sums are in registers together: 16 of 32 registers.
const PIXELS_AT_ONCE: usize = 4;

/// # Safety
/// The block fits the output.
#[target_feature(enable = "neon")]
pub(super) unsafe fn convolve(block: &Block<'_, i16>, output: &mut [i8]) -> Option<()> {
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
pub(super) fn multiply<const LANE: i32>([a, b, c, d]: Sums, [low, high]: [int16x8_t; 2], four: int16x4_t) -> Sums {
    [
        vmlal_lane_s16::<LANE>(a, vget_low_s16(low), four),
        vmlal_high_lane_s16::<LANE>(b, low, four),
        vmlal_lane_s16::<LANE>(c, vget_low_s16(high), four),
        vmlal_high_lane_s16::<LANE>(d, high, four),
    ]
}
