//! From sums to outputs.

use core::arch::x86_64::*;

use dim_model_format::Rescale;

use crate::kernels::host::stages::{Formula, Stages, requantize_exactly};
use crate::kernels::host::tile::CHANNELS;

/// Vectors of sums that are scaled together.
pub(super) const VECTORS: usize = 4;

/// Loads a number for each channel.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn load(values: &[i32; CHANNELS]) -> __m512i {
    // SAFETY: there are 16 numbers.
    unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
}

/// [`Stages`] in registers.
pub(super) struct Scaling<'a> {
    stages: &'a Stages,
    multiplier: __m512i,
    odd_multiplier: __m512i,
    half: __m512i,
    below: __m512i,
    right: __m512i,
    zero_point: __m512i,
    min: __m512i,
    max: __m512i,
}

impl<'a> Scaling<'a> {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn new(stages: &'a Stages) -> Self {
        let multiplier = load(&stages.multiplier);
        Self {
            stages,
            multiplier,
            odd_multiplier: _mm512_srli_epi64::<32>(multiplier),
            half: load(&stages.half),
            below: load(&stages.below),
            right: load(&stages.right),
            zero_point: _mm512_set1_epi16(stages.zero_point),
            min: _mm512_set1_epi8(stages.min),
            max: _mm512_set1_epi8(stages.max),
        }
    }

    /// Outputs of four vectors of sums, one behind the other.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn apply(&self, sums: [__m512i; VECTORS]) -> __m512i {
        let [a, b, c, d] = self.requantize(sums);
        // In each 128 bits there are four channels of all four vectors.
        let [low, high] = [_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d)];
        let [low, high] = [_mm512_adds_epi16(low, self.zero_point), _mm512_adds_epi16(high, self.zero_point)];
        let order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        let bytes = _mm512_permutexvar_epi32(order, _mm512_packs_epi16(low, high));
        _mm512_min_epi8(_mm512_max_epi8(bytes, self.min), self.max)
    }

    /// Four vectors of sums at their new scale.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn requantize(&self, sums: [__m512i; VECTORS]) -> [__m512i; VECTORS] {
        // Written out, since closures are not inlined here.
        let [a, b, c, d] = sums;
        if let Formula::Half = self.stages.formula {
            return [self.half(a), self.half(b), self.half(c), self.half(d)];
        }
        self.requantize_rarely(a, b, c, d)
    }

    /// By the other formulas: a function of its own, so that the first one stays in registers.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn requantize_rarely(&self, a: __m512i, b: __m512i, c: __m512i, d: __m512i) -> [__m512i; VECTORS] {
        match &self.stages.formula {
            Formula::Half => [self.half(a), self.half(b), self.half(c), self.half(d)],
            Formula::Left(left) => {
                let left = load(left);
                let [a, b] = [_mm512_sllv_epi32(a, left), _mm512_sllv_epi32(b, left)];
                let [c, d] = [_mm512_sllv_epi32(c, left), _mm512_sllv_epi32(d, left)];
                [self.half(a), self.half(b), self.half(c), self.half(d)]
            }
            Formula::Wide => [self.wide(a), self.wide(b), self.wide(c), self.wide(d)],
            Formula::Once(once) => {
                let once = load(once);
                [self.once(a, once), self.once(b, once), self.once(c, once), self.once(d, once)]
            }
            Formula::Exact(rescale) => exactly(rescale, [a, b, c, d]),
        }
    }

    /// [`Formula::Half`], with `high` as the high word of twice the product.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn half(&self, sums: __m512i) -> __m512i {
        let one_half = _mm512_set1_epi64(1 << 31);
        let doubled = _mm512_add_epi32(sums, sums);
        let even = _mm512_add_epi64(_mm512_mul_epi32(doubled, self.multiplier), one_half);
        let odd = _mm512_mul_epi32(_mm512_srli_epi64::<32>(doubled), self.odd_multiplier);
        let odd = _mm512_add_epi64(odd, one_half);
        // The high words of both.
        let high = _mm512_mask_shuffle_epi32::<0b11_11_01_01>(odd, 0x5555, even);
        _mm512_srav_epi32(self.with_sign(high, _mm512_add_epi32(high, self.half)), self.right)
    }

    /// [`Formula::Wide`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn wide(&self, sums: __m512i) -> __m512i {
        let one_half = _mm512_set1_epi64(1 << 30);
        let even = _mm512_add_epi64(_mm512_mul_epi32(sums, self.multiplier), one_half);
        let odd = _mm512_mul_epi32(_mm512_srli_epi64::<32>(sums), self.odd_multiplier);
        let odd = _mm512_add_epi64(odd, one_half);
        let high = _mm512_mask_blend_epi32(0x5555, _mm512_slli_epi64::<1>(odd), _mm512_srli_epi64::<31>(even));
        let one = _mm512_set1_epi32(1);
        let shifted = _mm512_srav_epi32(self.with_sign(high, high), _mm512_sub_epi32(self.right, one));
        _mm512_srai_epi32::<1>(_mm512_add_epi32(shifted, one))
    }

    /// [`Formula::Once`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn once(&self, sums: __m512i, once: __m512i) -> __m512i {
        let one = _mm512_set1_epi64(1);
        let rounded = |product: __m512i, once: __m512i| {
            let half = _mm512_sllv_epi64(one, _mm512_sub_epi64(once, one));
            _mm512_srav_epi64(_mm512_add_epi64(product, half), once)
        };
        let even = rounded(
            _mm512_mul_epi32(sums, self.multiplier),
            _mm512_and_si512(once, _mm512_set1_epi64(u32::MAX.into())),
        );
        let odd = _mm512_mul_epi32(_mm512_srli_epi64::<32>(sums), self.odd_multiplier);
        let odd = rounded(odd, _mm512_srli_epi64::<32>(once));
        _mm512_mask_blend_epi32(0x5555, _mm512_slli_epi64::<32>(odd), even)
    }

    /// `values`, less one where `high` is negative.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn with_sign(&self, high: __m512i, values: __m512i) -> __m512i {
        let is_negative = _mm512_cmplt_epi32_mask(high, self.below);
        _mm512_mask_add_epi32(values, is_negative, values, _mm512_set1_epi32(-1))
    }
}

/// [`Formula::Exact`].
#[cold]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw")]
fn exactly(rescale: &[Rescale; CHANNELS], sums: [__m512i; VECTORS]) -> [__m512i; VECTORS] {
    sums.map(|sums| {
        let mut numbers = [0; CHANNELS];
        // SAFETY: there is room for 16 numbers.
        unsafe { _mm512_storeu_si512(numbers.as_mut_ptr().cast(), sums) }
        requantize_exactly(rescale, &mut numbers);
        load(&numbers)
    })
}

/// Writes the first `channels` of each 16 bytes, at most 16, to one of the places behind `output`.
///
/// # Safety
/// There is room for them.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) unsafe fn store(bytes: __m512i, channels: usize, places: [usize; VECTORS], output: *mut i8) {
    let vectors = [
        _mm512_castsi512_si128(bytes),
        _mm512_extracti32x4_epi32::<1>(bytes),
        _mm512_extracti32x4_epi32::<2>(bytes),
        _mm512_extracti32x4_epi32::<3>(bytes),
    ];
    for (vector, place) in vectors.into_iter().zip(places) {
        let output = output.wrapping_add(place);
        // SAFETY: there is room.
        unsafe {
            if channels == CHANNELS {
                _mm_storeu_si128(output.cast(), vector);
            } else {
                _mm_mask_storeu_epi8(output, (1 << channels) - 1, vector);
            }
        }
    }
}
