//! Depthwise convolution, two taps and two pixels of 16 channels at a time.

use core::arch::x86_64::*;

use super::scaling::{Scaling, TOGETHER, load, store};
use crate::kernels::host::row::Row;
use crate::kernels::host::tile::CHANNELS;

/// Two taps in 16 bits of channels 0 to 3 and 8 to 11, then of the others, as `VPUNPCKLWD` and `VPUNPCKHWD` take them.
pub(super) type Cell = [[i16; 16]; 2];

pub(super) fn pack_cell(weights: &[[i8; CHANNELS]; 4]) -> Cell {
    core::array::from_fn(|half| {
        core::array::from_fn(|i| {
            let channel = i / 2 % 4 + i / 8 * 8 + 4 * half;
            i16::from(weights[i % 2][channel])
        })
    })
}

/// Each pixel's numbers, and those of the one behind it, side by side; the zero point is taken off.
///
/// # Safety
/// 16 numbers can be read of each pixel of the cells and of one more.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn interleave(values: &[i8], pixel: usize, zero_point: i8, cells: &mut [Cell]) {
    let zero_point = _mm256_set1_epi16(zero_point.into());
    let load = |x: usize| {
        // SAFETY: so the caller says.
        let values = unsafe { _mm_loadu_si128(values.as_ptr().add(x * pixel).cast()) };
        _mm256_sub_epi16(_mm256_cvtepi8_epi16(values), zero_point)
    };
    let mut first = load(0);
    for (x, cell) in cells.iter_mut().enumerate() {
        let second = load(x + 1);
        let [low, high] = cell;
        // SAFETY: 32 bytes each.
        unsafe {
            _mm256_storeu_si256(low.as_mut_ptr().cast(), _mm256_unpacklo_epi16(first, second));
            _mm256_storeu_si256(high.as_mut_ptr().cast(), _mm256_unpackhi_epi16(first, second));
        }
        first = second;
    }
}

/// # Safety
/// The row fits the output.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn row(row: &Row<'_, Cell>, output: &mut [i8]) {
    let (scaling, bias) = (Scaling::new(row.stages), load(&row.stages.bias));
    // SAFETY: half of a cell has 32 bytes.
    let halves = |cell: *const Cell| unsafe { [0, 1].map(|half| _mm256_loadu_si256(cell.cast::<__m256i>().add(half))) };
    for first in (0..row.pixels).step_by(TOGETHER) {
        // The last pixel stands for the one behind it.
        let pixels = [first, (first + 1).min(row.pixels - 1)];
        let windows = pixels.map(|pixel| row.inputs.as_ptr().wrapping_add(pixel * row.step));
        let mut sums = [[_mm256_setzero_si256(); 2]; TOGETHER];
        for (tap, weights) in row.taps.iter().zip(row.filter) {
            let weights = halves(weights);
            for (sums, window) in sums.iter_mut().zip(windows) {
                // Every cell of every window is one of the inputs.
                let inputs = halves(window.wrapping_add(*tap));
                for ((sum, inputs), weights) in sums.iter_mut().zip(inputs).zip(weights) {
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(inputs, weights));
                }
            }
        }
        let sums = sums.map(|[low, high]| {
            // Channels 0 to 7, and 8 to 15.
            let sums = [_mm256_permute2x128_si256::<0x20>(low, high), _mm256_permute2x128_si256::<0x31>(low, high)];
            [_mm256_add_epi32(sums[0], bias[0]), _mm256_add_epi32(sums[1], bias[1])]
        });
        let places = pixels.map(|pixel| pixel * row.stride);
        // SAFETY: every pixel has room for its channels.
        unsafe { store(scaling.apply(sums), row.channels, places, output.as_mut_ptr()) }
    }
}
