//! Addition, 32 elements at a time.

use core::arch::x86_64::*;

use super::scaling::Scaling;
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};

#[target_feature(enable = "avx2")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    let terms = sum.addends.each_ref().map(|addend| Terms::new(addend, sum.k));
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        let halves = a.as_chunks::<32>().0.iter().zip(b.as_chunks::<32>().0).zip(output.as_chunks_mut::<32>().0);
        for ((a, b), output) in halves {
            let sums = [
                [eight::<0>(&terms, a, b), eight::<1>(&terms, a, b)],
                [eight::<2>(&terms, a, b), eight::<3>(&terms, a, b)],
            ];
            // SAFETY: 32 bytes.
            unsafe { _mm256_storeu_si256(output.as_mut_ptr().cast(), scaling.apply(sums)) }
        }
    }
}

/// Sums of the elements of one of four vectors.
#[inline]
#[target_feature(enable = "avx2")]
fn eight<const VECTOR: usize>([first, second]: &[Terms; 2], a: &[i8; 32], b: &[i8; 32]) -> __m256i {
    // SAFETY: 8 bytes each.
    let [a, b] = unsafe {
        [_mm_loadl_epi64(a.as_ptr().add(8 * VECTOR).cast()), _mm_loadl_epi64(b.as_ptr().add(8 * VECTOR).cast())]
    };
    _mm256_add_epi32(first.apply(a), second.apply(b))
}

/// An [`Addend`] in registers.
struct Terms {
    zero_point: __m256i,
    high: __m256i,
    low: __m256i,
    low_half: __m256i,
    k: __m128i,
    half: __m256i,
    below: __m256i,
    right: __m128i,
    left: Option<__m128i>,
}

impl Terms {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn new(addend: &Addend, k: i32) -> Self {
        Self {
            zero_point: _mm256_set1_epi32(addend.zero_point.into()),
            high: _mm256_set1_epi32(addend.high),
            low: _mm256_set1_epi32(addend.low),
            low_half: _mm256_set1_epi32(1 << (k - 1)),
            k: _mm_cvtsi32_si128(k),
            half: _mm256_set1_epi32(addend.half),
            below: _mm256_set1_epi32(addend.below),
            right: _mm_cvtsi32_si128(addend.right),
            left: addend.left.map(|left| _mm_cvtsi32_si128(left)),
        }
    }

    /// What eight int8 numbers are at the common scale; the formula is that of [`Sum`]'s module.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn apply(&self, q: __m128i) -> __m256i {
        let d = _mm256_sub_epi32(_mm256_cvtepi8_epi32(q), self.zero_point);
        if let Some(left) = self.left {
            return _mm256_sll_epi32(d, left);
        }
        let rest = _mm256_sra_epi32(_mm256_add_epi32(_mm256_mullo_epi32(d, self.low), self.low_half), self.k);
        let x = _mm256_add_epi32(_mm256_mullo_epi32(d, self.high), rest);
        let sign = _mm256_cmpgt_epi32(self.below, x);
        _mm256_sra_epi32(_mm256_add_epi32(_mm256_add_epi32(x, self.half), sign), self.right)
    }
}
