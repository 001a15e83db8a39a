//! Fully connected layer, the weights of some pairs of units at a time.
//!
//! Of four inputs the weights of two units are `a0 b0 a2 b2 a1 b1 a3 b3`. Inputs with zeros between them, `x0 0 x2 0 x1 0
//! x3 0`, are multiplied with the weights of the first unit only, and one byte further with those of the second.

use core::arch::x86_64::*;

use crate::kernels::host::instructions::PAIRS;

/// Bytes of a vector.
const BYTES: usize = 64;

/// Writes inputs, to which 128 is added, as they are multiplied; those of the last four that do not exist are any.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) fn expand(values: &[i8], column: &mut [u8]) -> Option<()> {
    let targets = column.get_mut(..2 * values.len().next_multiple_of(4))?.chunks_mut(BYTES);
    for (values, target) in values.chunks(BYTES / 2).zip(targets) {
        let mask = u32::MAX >> (32 - values.len());
        // SAFETY: of each as many bytes as there are.
        unsafe {
            let values = _mm256_maskz_loadu_epi8(mask, values.as_ptr().cast());
            let words = _mm512_cvtepu8_epi16(_mm256_xor_si256(values, _mm256_set1_epi8(i8::MIN)));
            let words = _mm512_shufflehi_epi16::<0b11_01_10_00>(_mm512_shufflelo_epi16::<0b11_01_10_00>(words));
            _mm512_mask_storeu_epi8(target.as_mut_ptr().cast(), lowest(target.len()), words);
        }
    }
    Some(())
}

/// # Safety
/// Column and filters have as many bytes.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) unsafe fn multiply_vectors(column: &[u8], filters: [&[u8]; PAIRS]) -> [[i32; 2]; PAIRS] {
    let mut sums = [[_mm512_setzero_si512(); 2]; PAIRS];
    let mut multiply = |start: usize, mask: u64| {
        // SAFETY: as many bytes as the mask has bits are there.
        let load = |bytes: &[u8]| unsafe { _mm512_maskz_loadu_epi8(mask, bytes.as_ptr().add(start).cast()) };
        let first = load(column);
        let second = _mm512_slli_epi16::<8>(first);
        for (sums, filter) in sums.iter_mut().zip(filters) {
            let weights = load(filter);
            sums[0] = _mm512_dpbusd_epi32(sums[0], first, weights);
            sums[1] = _mm512_dpbusd_epi32(sums[1], second, weights);
        }
    };
    let whole = column.len() / BYTES * BYTES;
    for start in (0..whole).step_by(BYTES) {
        multiply(start, u64::MAX);
    }
    if whole < column.len() {
        multiply(whole, lowest(column.len() - whole));
    }
    sums.map(|pair| pair.map(|sums| _mm512_reduce_add_epi32(sums)))
}

/// So many bits, at most 64.
const fn lowest(bits: usize) -> u64 {
    if bits < 64 { (1 << bits) - 1 } else { u64::MAX }
}
