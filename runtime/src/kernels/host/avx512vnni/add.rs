//! Addition, 64 elements at a time.

use core::arch::x86_64::*;

use super::scaling::Scaling;
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    let [first, second] = &sum.addends;
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        let sums = [0, 16, 32, 48].map(|start| {
            // SAFETY: 16 bytes each.
            let [a, b] = [a, b].map(|q| unsafe { _mm_loadu_si128(q.as_ptr().add(start).cast()) });
            _mm512_add_epi32(addend(a, first, sum.k), addend(b, second, sum.k))
        });
        // SAFETY: 64 bytes.
        unsafe { _mm512_storeu_si512(output.as_mut_ptr().cast(), scaling.apply(sums)) }
    }
}

/// What 16 int8 numbers are at the common scale; the formula is that of [`Sum`]'s module.
#[inline]
#[target_feature(enable = "avx512f")]
fn addend(q: __m128i, addend: &Addend, k: i32) -> __m512i {
    let [high, low, low_half] = [addend.high, addend.low, 1 << (k - 1)].map(|value| _mm512_set1_epi32(value));
    let d = _mm512_sub_epi32(_mm512_cvtepi8_epi32(q), _mm512_set1_epi32(addend.zero_point.into()));
    let product = _mm512_mullo_epi32(d, high);
    if addend.is_whole {
        return product;
    }
    let rest = _mm512_sra_epi32(_mm512_add_epi32(_mm512_mullo_epi32(d, low), low_half), _mm_cvtsi32_si128(k));
    let x = _mm512_add_epi32(product, rest);
    let [half, sign_mask] = [addend.half, addend.sign_mask].map(|value| _mm512_set1_epi32(value));
    let sign = _mm512_and_si512(_mm512_srai_epi32::<31>(x), sign_mask);
    _mm512_sra_epi32(_mm512_add_epi32(_mm512_add_epi32(x, half), sign), _mm_cvtsi32_si128(addend.right))
}
