//! From sums to outputs.

use core::arch::x86_64::*;

use dim_model_format::Rescale;

use crate::kernels::host::stages::{Formula, Stages, requantize_exactly};
use crate::kernels::host::tile::CHANNELS;

/// Sums of [`CHANNELS`] channels.
pub(super) type Sums = [__m256i; 2];
/// Of these, as many as are scaled together.
pub(super) const TOGETHER: usize = 2;

/// Loads a number for each channel.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load(values: &[i32; CHANNELS]) -> Sums {
    // SAFETY: there are 16 numbers.
    unsafe { [_mm256_loadu_si256(values.as_ptr().cast()), _mm256_loadu_si256(values.as_ptr().add(8).cast())] }
}

/// [`Stages`] in registers.
pub(super) struct Scaling<'a> {
    stages: &'a Stages,
    multiplier: Sums,
    half: Sums,
    below: Sums,
    right: Sums,
    zero_point: __m256i,
    min: __m256i,
    max: __m256i,
}

impl<'a> Scaling<'a> {
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn new(stages: &'a Stages) -> Self {
        Self {
            stages,
            multiplier: load(&stages.multiplier),
            half: load(&stages.half),
            below: load(&stages.below),
            right: load(&stages.right),
            zero_point: _mm256_set1_epi16(stages.zero_point),
            min: _mm256_set1_epi8(stages.min),
            max: _mm256_set1_epi8(stages.max),
        }
    }

    /// Outputs of both, one behind the other.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn apply(&self, sums: [Sums; TOGETHER]) -> __m256i {
        let [[a, b], [c, d]] = self.requantize(sums);
        let first = _mm256_adds_epi16(_mm256_packs_epi32(a, b), self.zero_point);
        let second = _mm256_adds_epi16(_mm256_packs_epi32(c, d), self.zero_point);
        // In each 128 bits there are four low and four high channels of both.
        let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
        let bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(first, second), order);
        _mm256_min_epi8(_mm256_max_epi8(bytes, self.min), self.max)
    }

    /// Sums at their new scale.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn requantize(&self, sums: [Sums; TOGETHER]) -> [Sums; TOGETHER] {
        // Written out, since closures are not inlined here.
        let [[a, b], [c, d]] = sums;
        if let Formula::Half = self.stages.formula {
            return [[self.half::<0>(a), self.half::<1>(b)], [self.half::<0>(c), self.half::<1>(d)]];
        }
        self.requantize_rarely(a, b, c, d)
    }

    /// By the other formulas: a function of its own, so that the first one stays in registers.
    #[inline(never)]
    #[target_feature(enable = "avx2")]
    fn requantize_rarely(&self, a: __m256i, b: __m256i, c: __m256i, d: __m256i) -> [Sums; TOGETHER] {
        match &self.stages.formula {
            Formula::Half => [[self.half::<0>(a), self.half::<1>(b)], [self.half::<0>(c), self.half::<1>(d)]],
            Formula::Left(left) => {
                let [low, high] = load(left);
                let [a, b] = [_mm256_sllv_epi32(a, low), _mm256_sllv_epi32(b, high)];
                let [c, d] = [_mm256_sllv_epi32(c, low), _mm256_sllv_epi32(d, high)];
                [[self.half::<0>(a), self.half::<1>(b)], [self.half::<0>(c), self.half::<1>(d)]]
            }
            Formula::Wide => [[self.wide::<0>(a), self.wide::<1>(b)], [self.wide::<0>(c), self.wide::<1>(d)]],
            Formula::Once(once) => {
                let [low, high] = load(once);
                [[self.once::<0>(a, low), self.once::<1>(b, high)], [self.once::<0>(c, low), self.once::<1>(d, high)]]
            }
            Formula::Exact(rescale) => exactly(rescale, [[a, b], [c, d]]),
        }
    }

    /// [`Formula::Half`], with `high` as the high word of twice the product.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn half<const HALF: usize>(&self, sums: __m256i) -> __m256i {
        let [even, odd] = self.products::<HALF>(_mm256_add_epi32(sums, sums), 1 << 31);
        let high = _mm256_blend_epi32::<0b1010_1010>(_mm256_srli_epi64::<32>(even), odd);
        let sign = _mm256_cmpgt_epi32(self.below[HALF], high);
        _mm256_srav_epi32(_mm256_add_epi32(_mm256_add_epi32(high, self.half[HALF]), sign), self.right[HALF])
    }

    /// [`Formula::Wide`].
    #[inline]
    #[target_feature(enable = "avx2")]
    fn wide<const HALF: usize>(&self, sums: __m256i) -> __m256i {
        let [even, odd] = self.products::<HALF>(sums, 1 << 30);
        let high = _mm256_blend_epi32::<0b1010_1010>(_mm256_srli_epi64::<31>(even), _mm256_slli_epi64::<1>(odd));
        let (sign, one) = (_mm256_cmpgt_epi32(self.below[HALF], high), _mm256_set1_epi32(1));
        let shifted = _mm256_srav_epi32(_mm256_add_epi32(high, sign), _mm256_sub_epi32(self.right[HALF], one));
        _mm256_srai_epi32::<1>(_mm256_add_epi32(shifted, one))
    }

    /// [`Formula::Once`]: since there is no shift of 64 bits with a sign, `2^62` is added before a shift without one, and
    /// what this becomes is taken off.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn once<const HALF: usize>(&self, sums: __m256i, once: __m256i) -> __m256i {
        let [even, odd] = self.products::<HALF>(sums, 1 << 62);
        let even = rounded(even, _mm256_and_si256(once, _mm256_set1_epi64x(u32::MAX.into())));
        let odd = rounded(odd, _mm256_srli_epi64::<32>(once));
        _mm256_blend_epi32::<0b1010_1010>(even, _mm256_slli_epi64::<32>(odd))
    }

    /// Products of 64 bits of the even numbers, and of the odd ones, plus `one_half`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn products<const HALF: usize>(&self, numbers: __m256i, one_half: i64) -> [__m256i; 2] {
        let (multiplier, one_half) = (self.multiplier[HALF], _mm256_set1_epi64x(one_half));
        let [odd, odd_multiplier] = [_mm256_srli_epi64::<32>(numbers), _mm256_srli_epi64::<32>(multiplier)];
        [
            _mm256_add_epi64(_mm256_mul_epi32(numbers, multiplier), one_half),
            _mm256_add_epi64(_mm256_mul_epi32(odd, odd_multiplier), one_half),
        ]
    }
}

/// Products with `2^62` more, shifted with a rounding and without what is more.
#[inline]
#[target_feature(enable = "avx2")]
fn rounded(products: __m256i, once: __m256i) -> __m256i {
    let [one, more] = [1, 1 << 62].map(|value| _mm256_set1_epi64x(value));
    let half = _mm256_sllv_epi64(one, _mm256_sub_epi64(once, one));
    _mm256_sub_epi64(_mm256_srlv_epi64(_mm256_add_epi64(products, half), once), _mm256_srlv_epi64(more, once))
}

/// [`Formula::Exact`].
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2")]
fn exactly(rescale: &[Rescale; CHANNELS], sums: [Sums; TOGETHER]) -> [Sums; TOGETHER] {
    sums.map(|[low, high]| {
        let mut numbers = [0; CHANNELS];
        // SAFETY: there is room for 16 numbers.
        unsafe {
            _mm256_storeu_si256(numbers.as_mut_ptr().cast(), low);
            _mm256_storeu_si256(numbers.as_mut_ptr().add(8).cast(), high);
        }
        requantize_exactly(rescale, &mut numbers);
        load(&numbers)
    })
}

/// Writes the first `channels` of each 16 bytes, at most 16, to one of the places behind `output`.
///
/// # Safety
/// There is room for them.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) unsafe fn store(bytes: __m256i, channels: usize, places: [usize; TOGETHER], output: *mut i8) {
    let vectors = [_mm256_castsi256_si128(bytes), _mm256_extracti128_si256::<1>(bytes)];
    for (vector, place) in vectors.into_iter().zip(places) {
        let output = output.wrapping_add(place);
        if channels == CHANNELS {
            // SAFETY: there is room for 16.
            unsafe { _mm_storeu_si128(output.cast(), vector) }
        } else {
            let mut all = [0_i8; CHANNELS];
            // SAFETY: 16 numbers to `all`, and as many of them on as there is room for.
            unsafe {
                _mm_storeu_si128(all.as_mut_ptr().cast(), vector);
                output.copy_from_nonoverlapping(all.as_ptr(), channels.min(CHANNELS));
            }
        }
    }
}
