//! Addition, 64 elements at a time.

use core::arch::x86_64::*;

use super::scaling::{Scaling, VECTORS};
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    let [first, second] = [Term::new(&sum.addends[0]), Term::new(&sum.addends[1])];
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        let ([a, b, c, d], [e, f, g, h]) = (first.apply(a), second.apply(b));
        let sums = [_mm512_add_epi32(a, e), _mm512_add_epi32(b, f), _mm512_add_epi32(c, g), _mm512_add_epi32(d, h)];
        // SAFETY: 64 bytes.
        unsafe { _mm512_storeu_si512(output.as_mut_ptr().cast(), scaling.apply(sums)) }
    }
}

/// An [`Addend`] in registers.
struct Term<'a> {
    zero_point: __m512i,
    left: __m128i,
    scaling: Option<Scaling<'a>>,
}

impl<'a> Term<'a> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn new(addend: &'a Addend) -> Self {
        Self {
            zero_point: _mm512_set1_epi32(addend.zero_point.into()),
            left: _mm_cvtsi32_si128(addend.left),
            scaling: addend.stages.as_ref().map(|stages| Scaling::new(stages)),
        }
    }

    /// What 64 int8 numbers are at the common scale.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn apply(&self, q: &[i8; ELEMENTS]) -> [__m512i; VECTORS] {
        let shifted = [self.shifted::<0>(q), self.shifted::<1>(q), self.shifted::<2>(q), self.shifted::<3>(q)];
        match &self.scaling {
            Some(scaling) => scaling.requantize(shifted),
            None => shifted,
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn shifted<const VECTOR: usize>(&self, q: &[i8; ELEMENTS]) -> __m512i {
        // SAFETY: 16 bytes.
        let q = unsafe { _mm_loadu_si128(q.as_ptr().add(16 * VECTOR).cast()) };
        _mm512_sll_epi32(_mm512_sub_epi32(_mm512_cvtepi8_epi32(q), self.zero_point), self.left)
    }
}
