//! Fully connected layer, 16 inputs of two units at a time.

use core::arch::aarch64::*;

use crate::kernels::portable::blocks;

/// Sums of the products of a column with the weights of two units.
#[target_feature(enable = "neon")]
pub(super) fn multiply_vector(column: &[u32], filter: &[u8]) -> [i32; 2] {
    let ((column, last), (filter, last_filter)) = (column.as_chunks(), filter.as_chunks());
    blocks::multiply_vector(last, last_filter, multiply_vectors(column, filter))
}

/// `LD2` takes the weights of both units apart.
#[target_feature(enable = "neon")]
fn multiply_vectors(column: &[[u32; 8]], filter: &[[u8; 32]]) -> [i32; 2] {
    let mut sums = [vdupq_n_s32(0); 2];
    for (inputs, weights) in column.iter().zip(filter) {
        let inputs: *const i16 = inputs.as_ptr().cast();
        // SAFETY: 16 numbers of 16 bits.
        let [low, high] = unsafe { [vld1q_s16(inputs), vld1q_s16(inputs.add(8))] };
        // SAFETY: twice 16 weights.
        let int8x16x2_t(first, second) = unsafe { vld2q_s8(weights.as_ptr().cast()) };
        for (sum, weights) in sums.iter_mut().zip([first, second]) {
            let [a, b] = [vmovl_s8(vget_low_s8(weights)), vmovl_high_s8(weights)];
            *sum = vmlal_high_s16(vmlal_s16(*sum, vget_low_s16(low), vget_low_s16(a)), low, a);
            *sum = vmlal_high_s16(vmlal_s16(*sum, vget_low_s16(high), vget_low_s16(b)), high, b);
        }
    }
    sums.map(|sums| vaddvq_s32(sums))
}
