//! From sums to outputs.

use core::arch::aarch64::*;

use dim_model_format::Rescale;

use crate::kernels::host::stages::{Formula, Stages, requantize_exactly};
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

    /// Outputs of 16 sums.
    #[inline]
    #[target_feature(enable = "neon")]
    pub(in super::super) fn apply(&self, sums: Sums) -> int8x16_t {
        let [a, b, c, d] = self.requantize(sums);
        let low = vcombine_s16(vqmovn_s32(a), vqmovn_s32(b));
        let high = vcombine_s16(vqmovn_s32(c), vqmovn_s32(d));
        let [low, high] = [vqaddq_s16(low, self.zero_point), vqaddq_s16(high, self.zero_point)];
        vminq_s8(vmaxq_s8(vcombine_s8(vqmovn_s16(low), vqmovn_s16(high)), self.min), self.max)
    }

    /// 16 sums at their new scale: `SQRDMULH` is the high word of [`Formula`], and `SRSHL` rounds a shift to the right with
    /// as many bits as it takes.
    #[inline]
    #[target_feature(enable = "neon")]
    pub(in super::super) fn requantize(&self, sums: Sums) -> Sums {
        // Written out, since closures are not inlined here.
        let [a, b, c, d] = sums;
        if let Formula::Half | Formula::Wide = self.stages.formula {
            return [self.twice::<0>(a), self.twice::<1>(b), self.twice::<2>(c), self.twice::<3>(d)];
        }
        self.requantize_rarely(sums)
    }

    /// By the other formulas: a function of its own, so that the first ones stay in registers.
    #[inline(never)]
    #[target_feature(enable = "neon")]
    fn requantize_rarely(&self, sums: Sums) -> Sums {
        let [a, b, c, d] = sums;
        match &self.stages.formula {
            Formula::Half | Formula::Wide => {
                [self.twice::<0>(a), self.twice::<1>(b), self.twice::<2>(c), self.twice::<3>(d)]
            }
            Formula::Left(left) => {
                let left = load(left);
                let [a, b] = [vshlq_s32(a, left[0]), vshlq_s32(b, left[1])];
                let [c, d] = [vshlq_s32(c, left[2]), vshlq_s32(d, left[3])];
                [self.twice::<0>(a), self.twice::<1>(b), self.twice::<2>(c), self.twice::<3>(d)]
            }
            Formula::Once(once) => {
                let once = load(once);
                [
                    self.once::<0>(a, once[0]),
                    self.once::<1>(b, once[1]),
                    self.once::<2>(c, once[2]),
                    self.once::<3>(d, once[3]),
                ]
            }
            Formula::Exact(rescale) => exactly(rescale, sums),
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn twice<const QUARTER: usize>(&self, sums: int32x4_t) -> int32x4_t {
        let high = vqrdmulhq_s32(sums, self.multiplier[QUARTER]);
        let sign = vreinterpretq_s32_u32(vcltq_s32(high, self.below[QUARTER]));
        vrshlq_s32(vaddq_s32(high, sign), self.left[QUARTER])
    }

    /// [`Formula::Once`].
    #[inline]
    #[target_feature(enable = "neon")]
    fn once<const QUARTER: usize>(&self, sums: int32x4_t, once: int32x4_t) -> int32x4_t {
        let (multiplier, left) = (self.multiplier[QUARTER], vnegq_s32(once));
        let low = vmull_s32(vget_low_s32(sums), vget_low_s32(multiplier));
        let high = vmull_high_s32(sums, multiplier);
        let low = vrshlq_s64(low, vmovl_s32(vget_low_s32(left)));
        let high = vrshlq_s64(high, vmovl_high_s32(left));
        vcombine_s32(vmovn_s64(low), vmovn_s64(high))
    }
}

/// [`Formula::Exact`].
#[cold]
#[inline(never)]
#[target_feature(enable = "neon")]
fn exactly(rescale: &[Rescale; CHANNELS], sums: Sums) -> Sums {
    let mut numbers = [0; CHANNELS];
    for (numbers, sums) in numbers.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
        // SAFETY: there is room for four numbers.
        unsafe { vst1q_s32(numbers.as_mut_ptr(), sums) }
    }
    requantize_exactly(rescale, &mut numbers);
    load(&numbers)
}
