//! Addition, 32 elements at a time.

use core::arch::x86_64::*;

use super::scaling::{Scaling, Sums, TOGETHER};
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};

#[target_feature(enable = "avx2")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    let [first, second] = [Term::new(&sum.addends[0]), Term::new(&sum.addends[1])];
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        let halves = a.as_chunks().0.iter().zip(b.as_chunks().0).zip(output.as_chunks_mut::<32>().0);
        for ((a, b), output) in halves {
            let ([[a, b], [c, d]], [[e, f], [g, h]]) = (first.apply(a), second.apply(b));
            let sums =
                [[_mm256_add_epi32(a, e), _mm256_add_epi32(b, f)], [_mm256_add_epi32(c, g), _mm256_add_epi32(d, h)]];
            // SAFETY: 32 bytes.
            unsafe { _mm256_storeu_si256(output.as_mut_ptr().cast(), scaling.apply(sums)) }
        }
    }
}

/// An [`Addend`] in registers.
struct Term<'a> {
    zero_point: __m256i,
    left: __m128i,
    scaling: Option<Scaling<'a>>,
}

impl<'a> Term<'a> {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(addend: &'a Addend) -> Self {
        Self {
            zero_point: _mm256_set1_epi32(addend.zero_point.into()),
            left: _mm_cvtsi32_si128(addend.left),
            scaling: addend.stages.as_ref().map(|stages| Scaling::new(stages)),
        }
    }

    /// What 32 int8 numbers are at the common scale.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn apply(&self, q: &[i8; 32]) -> [Sums; TOGETHER] {
        let shifted = [[self.shifted::<0>(q), self.shifted::<1>(q)], [self.shifted::<2>(q), self.shifted::<3>(q)]];
        match &self.scaling {
            Some(scaling) => scaling.requantize(shifted),
            None => shifted,
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn shifted<const VECTOR: usize>(&self, q: &[i8; 32]) -> __m256i {
        // SAFETY: 8 bytes.
        let q = unsafe { _mm_loadl_epi64(q.as_ptr().add(8 * VECTOR).cast()) };
        _mm256_sll_epi32(_mm256_sub_epi32(_mm256_cvtepi8_epi32(q), self.zero_point), self.left)
    }
}
