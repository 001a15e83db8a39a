//! Fully connected layer, 16 inputs and the weights of some pairs of units at a time.

use core::arch::x86_64::*;

use crate::kernels::host::instructions::PAIRS;
use crate::kernels::portable::blocks;

/// Inputs in a vector.
const INPUTS: usize = 16;

/// As [`blocks::expand_vector`].
#[target_feature(enable = "avx2")]
pub(super) fn expand(values: &[i8], zero_point: i8, column: &mut [u32]) -> Option<()> {
    let (vectors, rest) = values.as_chunks::<INPUTS>();
    let (targets, last) = column.split_at_mut_checked(vectors.len() * INPUTS / 2)?;
    let zero_points = _mm256_set1_epi16(zero_point.into());
    for (values, target) in vectors.iter().zip(targets.as_chunks_mut::<{ INPUTS / 2 }>().0) {
        // SAFETY: 16 bytes, and 32.
        unsafe {
            let words = _mm256_cvtepi8_epi16(_mm_loadu_si128(values.as_ptr().cast()));
            let words = _mm256_sub_epi16(words, zero_points);
            let words = _mm256_shufflehi_epi16::<0b11_01_10_00>(_mm256_shufflelo_epi16::<0b11_01_10_00>(words));
            _mm256_storeu_si256(target.as_mut_ptr().cast(), words);
        }
    }
    blocks::expand_vector(rest, zero_point, last)
}

/// A word of weights has one of each unit.
///
/// # Safety
/// Column and filters have as many bytes.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn multiply_vectors(column: &[u32], filters: [&[u8]; PAIRS]) -> [[i32; 2]; PAIRS] {
    let (vectors, last) = column.as_chunks::<8>();
    let mut sums = [[_mm256_setzero_si256(); 2]; PAIRS];
    for (i, inputs) in vectors.iter().enumerate() {
        // SAFETY: 32 bytes.
        let inputs = unsafe { _mm256_loadu_si256(inputs.as_ptr().cast()) };
        for (sums, filter) in sums.iter_mut().zip(filters) {
            // SAFETY: there are as many bytes of weights.
            let weights = unsafe { _mm256_loadu_si256(filter.as_ptr().cast::<__m256i>().add(i)) };
            let first = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(weights));
            let second = _mm256_srai_epi16::<8>(weights);
            sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(inputs, first));
            sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(inputs, second));
        }
    }
    let mut all = sums.map(|pair| pair.map(|sums| sum_of(sums)));
    for (sums, filter) in all.iter_mut().zip(filters) {
        *sums = blocks::multiply_vector(last, filter.get(32 * vectors.len()..).unwrap_or_default(), *sums);
    }
    all
}

#[inline]
#[target_feature(enable = "avx2")]
fn sum_of(sums: __m256i) -> i32 {
    let sums = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
    let sums = _mm_add_epi32(sums, _mm_shuffle_epi32::<0b01_00_11_10>(sums));
    _mm_cvtsi128_si32(_mm_add_epi32(sums, _mm_shuffle_epi32::<0b10_11_00_01>(sums)))
}
