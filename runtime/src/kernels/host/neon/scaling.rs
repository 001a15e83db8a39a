//! From sums to outputs.

use core::arch::aarch64::*;

use crate::kernels::host::stages::{Exact, Formula, Stages};
use crate::kernels::host::tile::CHANNELS;

/// [`CHANNELS`] sums.
pub(in super::super) type Sums = [int32x4_t; 4];

#[inline]
#[target_feature(enable = "neon")]
pub(in super::super) fn load(values: &[i32; CHANNELS]) -> Sums {
    // SAFETY: four times four numbers.
    [0, 4, 8, 12].map(|i| unsafe { vld1q_s32(values.as_ptr().add(i)) })
}

/// Writes the first `channels` numbers, or as many as there is room for.
#[inline]
#[target_feature(enable = "neon")]
pub(in super::super) fn store(values: int8x16_t, output: &mut [i8], channels: usize) {
    let mut all = [0; CHANNELS];
    // SAFETY: there is room for 16.
    unsafe { vst1q_s8(all.as_mut_ptr(), values) }
    match output.first_chunk_mut() {
        Some(output) if channels == CHANNELS => *output = all,
        _ => output.iter_mut().zip(all).take(channels).for_each(|(output, value)| *output = value),
    }
}

/// [`Stages`] in registers.
pub(in super::super) struct Scaling<'a> {
    stages: &'a Stages,
    multiplier: Sums,
    below: Sums,
    /// What `SSHL` shifts to the left.
    left: Sums,
    zero_point: int16x8_t,
    min: int8x16_t,
    max: int8x16_t,
}

impl<'a> Scaling<'a> {
    #[inline]
    #[target_feature(enable = "neon")]
    pub(in super::super) fn new(stages: &'a Stages) -> Self {
        Self {
            stages,
            multiplier: load(&stages.multiplier),
            below: load(&stages.below),
            left: load(&stages.right.map(|right| -right)),
            zero_point: vdupq_n_s16(stages.zero_point),
            min: vdupq_n_s8(stages.min),
            max: vdupq_n_s8(stages.max),
        }
    }

    /// Outputs of 16 sums: `SQRDMULH` is the high word of [`Formula`], and `SRSHL` rounds a shift to the right with as many
    /// bits as it takes.
    #[inline]
    #[target_feature(enable = "neon")]
    pub(in super::super) fn apply(&self, sums: Sums) -> int8x16_t {
        let sums = match &self.stages.formula {
            Formula::Half | Formula::Wide => sums,
            Formula::Left(left) => {
                let left = load(left);
                [0, 1, 2, 3].map(|i: usize| vshlq_s32(sums[i], left[i]))
            }
            Formula::Exact(exact) => return apply_exact(exact, sums),
        };
        let scaled = |i: usize| {
            let high = vqrdmulhq_s32(sums[i], self.multiplier[i]);
            let sign = vreinterpretq_s32_u32(vcltq_s32(high, self.below[i]));
            vqmovn_s32(vrshlq_s32(vaddq_s32(high, sign), self.left[i]))
        };
        let words = [vcombine_s16(scaled(0), scaled(1)), vcombine_s16(scaled(2), scaled(3))];
        let [low, high] = words.map(|words| vqmovn_s16(vqaddq_s16(words, self.zero_point)));
        vminq_s8(vmaxq_s8(vcombine_s8(low, high), self.min), self.max)
    }
}

#[cold]
#[inline(never)]
#[target_feature(enable = "neon")]
fn apply_exact(exact: &Exact, sums: Sums) -> int8x16_t {
    let mut numbers = [0; CHANNELS];
    for (numbers, sums) in numbers.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
        // SAFETY: there is room for four numbers.
        unsafe { vst1q_s32(numbers.as_mut_ptr(), sums) }
    }
    let outputs = exact.apply(&numbers);
    // SAFETY: there are 16.
    unsafe { vld1q_s8(outputs.as_ptr()) }
}
