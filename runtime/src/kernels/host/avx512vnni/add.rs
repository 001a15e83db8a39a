//! Addition, 64 elements at a time.

use core::arch::x86_64::*;

use super::scaling::Scaling;
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    let terms = sum.addends.each_ref().map(|addend| Terms::new(addend, sum.k));
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        let sums = [
            sixteen::<0>(&terms, a, b),
            sixteen::<1>(&terms, a, b),
            sixteen::<2>(&terms, a, b),
            sixteen::<3>(&terms, a, b),
        ];
        // SAFETY: 64 bytes.
        unsafe { _mm512_storeu_si512(output.as_mut_ptr().cast(), scaling.apply(sums)) }
    }
}

/// Sums of the elements of one of four vectors.
#[inline]
#[target_feature(enable = "avx512f")]
fn sixteen<const VECTOR: usize>([first, second]: &[Terms; 2], a: &[i8; ELEMENTS], b: &[i8; ELEMENTS]) -> __m512i {
    // SAFETY: 16 bytes each.
    let [a, b] = unsafe {
        [_mm_loadu_si128(a.as_ptr().add(16 * VECTOR).cast()), _mm_loadu_si128(b.as_ptr().add(16 * VECTOR).cast())]
    };
    _mm512_add_epi32(first.apply(a), second.apply(b))
}

/// An [`Addend`] in registers.
struct Terms {
    zero_point: __m512i,
    high: __m512i,
    low: __m512i,
    low_half: __m512i,
    k: __m128i,
    half: __m512i,
    below: __m512i,
    right: __m128i,
    left: Option<__m128i>,
}

impl Terms {
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn new(addend: &Addend, k: i32) -> Self {
        Self {
            zero_point: _mm512_set1_epi32(addend.zero_point.into()),
            high: _mm512_set1_epi32(addend.high),
            low: _mm512_set1_epi32(addend.low),
            low_half: _mm512_set1_epi32(1 << (k - 1)),
            k: _mm_cvtsi32_si128(k),
            half: _mm512_set1_epi32(addend.half),
            below: _mm512_set1_epi32(addend.below),
            right: _mm_cvtsi32_si128(addend.right),
            left: addend.left.map(|left| _mm_cvtsi32_si128(left)),
        }
    }

    /// What 16 int8 numbers are at the common scale; the formula is that of [`Sum`]'s module.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn apply(&self, q: __m128i) -> __m512i {
        let d = _mm512_sub_epi32(_mm512_cvtepi8_epi32(q), self.zero_point);
        if let Some(left) = self.left {
            return _mm512_sll_epi32(d, left);
        }
        let rest = _mm512_sra_epi32(_mm512_add_epi32(_mm512_mullo_epi32(d, self.low), self.low_half), self.k);
        let x = _mm512_add_epi32(_mm512_mullo_epi32(d, self.high), rest);
        let is_negative = _mm512_cmplt_epi32_mask(x, self.below);
        let rounded = _mm512_add_epi32(x, self.half);
        let rounded = _mm512_mask_add_epi32(rounded, is_negative, rounded, _mm512_set1_epi32(-1));
        _mm512_sra_epi32(rounded, self.right)
    }
}
