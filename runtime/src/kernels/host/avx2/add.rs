//! Addition, 32 elements at a time.

use core::arch::x86_64::*;

use super::scaling::Scaling;
use crate::kernels::host::sum::{Addend, ELEMENTS, Sum};

#[target_feature(enable = "avx2")]
pub(super) fn add(sum: &Sum, [a, b]: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]) {
    let scaling = Scaling::new(&sum.stages);
    for ((a, b), output) in a.iter().zip(b).zip(output) {
        for (start, output) in (0..).step_by(32).zip(output.as_chunks_mut::<32>().0) {
            let sums = [0, 16].map(|vector| {
                [0, 8].map(|half| {
                    // SAFETY: 8 bytes each.
                    let [a, b] =
                        [a, b].map(|q| unsafe { _mm_loadl_epi64(q.as_ptr().add(start + vector + half).cast()) });
                    _mm256_add_epi32(addend(a, &sum.addends[0], sum.k), addend(b, &sum.addends[1], sum.k))
                })
            });
            // SAFETY: 32 bytes.
            unsafe { _mm256_storeu_si256(output.as_mut_ptr().cast(), scaling.apply(sums)) }
        }
    }
}

/// What eight int8 numbers are at the common scale; the formula is that of [`Sum`]'s module.
#[inline]
#[target_feature(enable = "avx2")]
fn addend(q: __m128i, addend: &Addend, k: i32) -> __m256i {
    let [high, low, half] = [addend.high, addend.low, 1 << (k - 1)].map(|value| _mm256_set1_epi32(value));
    let d = _mm256_sub_epi32(_mm256_cvtepi8_epi32(q), _mm256_set1_epi32(addend.zero_point.into()));
    let product = _mm256_mullo_epi32(d, high);
    if addend.is_whole {
        return product;
    }
    let rest = _mm256_sra_epi32(_mm256_add_epi32(_mm256_mullo_epi32(d, low), half), _mm_cvtsi32_si128(k));
    let x = _mm256_add_epi32(product, rest);
    let [half, sign_mask] = [addend.half, addend.sign_mask].map(|value| _mm256_set1_epi32(value));
    let sign = _mm256_and_si256(_mm256_srai_epi32::<31>(x), sign_mask);
    _mm256_sra_epi32(_mm256_add_epi32(_mm256_add_epi32(x, half), sign), _mm_cvtsi32_si128(addend.right))
}
