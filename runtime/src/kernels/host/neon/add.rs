//! Addition, 16 elements at a time.

use core::arch::aarch64::*;

use super::scaling::{Scaling, Sums, store};
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};
use crate::kernels::host::tile::CHANNELS;

#[target_feature(enable = "neon")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    let [first, second] = [Term::new(&sum.addends[0]), Term::new(&sum.addends[1])];
    let vectors = a.as_flattened().as_chunks().0.iter().zip(b.as_flattened().as_chunks().0);
    for ((a, b), output) in vectors.zip(output.as_flattened_mut().chunks_mut(CHANNELS)) {
        let ([a, b, c, d], [e, f, g, h]) = (first.apply(a), second.apply(b));
        let sums = [vaddq_s32(a, e), vaddq_s32(b, f), vaddq_s32(c, g), vaddq_s32(d, h)];
        store(scaling.apply(sums), output, CHANNELS);
    }
}

/// An [`Addend`] in registers.
struct Term<'a> {
    zero_point: int16x8_t,
    left: int32x4_t,
    scaling: Option<Scaling<'a>>,
}

impl<'a> Term<'a> {
    #[inline]
    #[target_feature(enable = "neon")]
    fn new(addend: &'a Addend) -> Self {
        Self {
            zero_point: vdupq_n_s16(addend.zero_point),
            left: vdupq_n_s32(addend.left),
            scaling: addend.stages.as_ref().map(|stages| Scaling::new(stages)),
        }
    }

    /// What 16 int8 numbers are at the common scale.
    #[inline]
    #[target_feature(enable = "neon")]
    fn apply(&self, values: &[i8; CHANNELS]) -> Sums {
        // SAFETY: 16 bytes.
        let q = unsafe { vld1q_s8(values.as_ptr()) };
        let low = vsubq_s16(vmovl_s8(vget_low_s8(q)), self.zero_point);
        let high = vsubq_s16(vmovl_high_s8(q), self.zero_point);
        let shifted = [
            vshlq_s32(vmovl_s16(vget_low_s16(low)), self.left),
            vshlq_s32(vmovl_high_s16(low), self.left),
            vshlq_s32(vmovl_s16(vget_low_s16(high)), self.left),
            vshlq_s32(vmovl_high_s16(high), self.left),
        ];
        match &self.scaling {
            Some(scaling) => scaling.requantize(shifted),
            None => shifted,
        }
    }
}
