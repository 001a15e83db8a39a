//! Depthwise convolution, one tap of 16 channels at a time.

use core::arch::aarch64::*;

use super::scaling::{Scaling, Sums, load, store};
use crate::kernels::host::row::Row;
use crate::kernels::host::tile::CHANNELS;

/// # Safety
/// The row fits the output.
#[target_feature(enable = "neon")]
pub(super) unsafe fn row(row: &Row<'_, [i16; CHANNELS]>, output: &mut [i8]) -> Option<()> {
    let scaling = Scaling::new(row.stages);
    for number in 0..row.pixels {
        // SAFETY: every cell of every window is one of the inputs.
        let sums = unsafe { pixel(row, number * row.step) };
        store(scaling.apply(sums), output.get_mut(number * row.stride..)?, row.channels);
    }
    Some(())
}

/// # Safety
/// There is a cell at every tap behind `start`.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn pixel(row: &Row<'_, [i16; CHANNELS]>, start: usize) -> Sums {
    let [mut a, mut b, mut c, mut d] = load(&row.stages.bias);
    for (tap, weights) in row.taps.iter().zip(row.filter) {
        let inputs: *const i16 = row.inputs.as_ptr().wrapping_add(start + tap).cast();
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
