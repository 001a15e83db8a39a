//! Addition, 16 elements at a time.

use core::arch::aarch64::*;

use super::scaling::{Scaling, Sums, store};
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};
use crate::kernels::host::tile::CHANNELS;

#[target_feature(enable = "neon")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    let [first, second] = sum.addends.map(|addend| Terms::new(&addend, sum.k));
    let vectors = a.as_flattened().as_chunks().0.iter().zip(b.as_flattened().as_chunks().0);
    for ((a, b), output) in vectors.zip(output.as_flattened_mut().chunks_mut(CHANNELS)) {
        let [mut sums, others] = [first.apply(a), second.apply(b)];
        for (sum, other) in sums.iter_mut().zip(others) {
            *sum = vaddq_s32(*sum, other);
        }
        store(scaling.apply(sums), output, CHANNELS);
    }
}

/// An [`Addend`] in registers.
struct Terms {
    zero_point: int16x8_t,
    high: int32x4_t,
    low: int32x4_t,
    low_half: int32x4_t,
    low_left: int32x4_t,
    half: int32x4_t,
    below: int32x4_t,
    /// What `SSHL` shifts to the left.
    left: int32x4_t,
    is_whole: bool,
}

impl Terms {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(addend: &Addend, k: i32) -> Self {
        Self {
            zero_point: vdupq_n_s16(addend.zero_point),
            high: vdupq_n_s32(addend.high),
            low: vdupq_n_s32(addend.low),
            low_half: vdupq_n_s32(1 << (k - 1)),
            low_left: vdupq_n_s32(-k),
            half: vdupq_n_s32(addend.half),
            below: vdupq_n_s32(addend.below),
            left: vdupq_n_s32(addend.left.unwrap_or(-addend.right)),
            is_whole: addend.left.is_some(),
        }
    }

    /// What 16 int8 numbers are at the common scale; the formula is that of [`Sum`]'s module.
    #[inline]
    #[target_feature(enable = "neon")]
    fn apply(&self, values: &[i8; CHANNELS]) -> Sums {
        // SAFETY: 16 bytes.
        let q = unsafe { vld1q_s8(values.as_ptr()) };
        let words = [vmovl_s8(vget_low_s8(q)), vmovl_high_s8(q)].map(|words| vsubq_s16(words, self.zero_point));
        let [x, y] = words;
        [vmovl_s16(vget_low_s16(x)), vmovl_high_s16(x), vmovl_s16(vget_low_s16(y)), vmovl_high_s16(y)].map(|d| {
            if self.is_whole {
                return vshlq_s32(d, self.left);
            }
            let rest = vshlq_s32(vmlaq_s32(self.low_half, d, self.low), self.low_left);
            let x = vmlaq_s32(rest, d, self.high);
            let sign = vreinterpretq_s32_u32(vcltq_s32(x, self.below));
            vshlq_s32(vaddq_s32(vaddq_s32(x, self.half), sign), self.left)
        })
    }
}
