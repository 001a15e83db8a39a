//! Depthwise convolution, four taps and four pixels of 16 channels at a time.

use core::arch::x86_64::*;

use super::scaling::{Scaling, VECTORS, load, store};
use crate::kernels::host::row::Row;
use crate::kernels::host::tile::CHANNELS;

/// Of each of 16 channels four taps.
pub(super) type Cell = [u8; 64];

pub(super) fn pack_cell(weights: &[[i8; CHANNELS]; 4]) -> Cell {
    core::array::from_fn(|i| weights[i % 4][i / 4].cast_unsigned())
}

/// Each pixel's numbers, and those of the three behind it, side by side; 128 is added.
///
/// # Safety
/// 16 numbers can be read of each pixel of the cells and of three more.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(super) unsafe fn interleave(values: &[i8], pixel: usize, cells: &mut [Cell]) {
    let load = |x: usize| {
        // SAFETY: so the caller says.
        let values = unsafe { _mm_loadu_si128(values.as_ptr().add(x * pixel).cast()) };
        _mm_xor_si128(values, _mm_set1_epi8(i8::MIN))
    };
    let pair = |a, b| [_mm_unpacklo_epi8(a, b), _mm_unpackhi_epi8(a, b)];
    let mut last = load(2);
    let mut first = pair(load(0), load(1));
    let mut second = pair(load(1), last);
    for (x, cell) in cells.iter_mut().enumerate() {
        let next = load(x + 3);
        let third = pair(last, next);
        let quads = [
            _mm_unpacklo_epi16(first[0], third[0]),
            _mm_unpackhi_epi16(first[0], third[0]),
            _mm_unpacklo_epi16(first[1], third[1]),
            _mm_unpackhi_epi16(first[1], third[1]),
        ];
        for (target, quad) in cell.as_chunks_mut::<16>().0.iter_mut().zip(quads) {
            // SAFETY: 16 bytes.
            unsafe { _mm_storeu_si128(target.as_mut_ptr().cast(), quad) }
        }
        (first, second, last) = (second, third, next);
    }
}

/// # Safety
/// The row fits the output.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) unsafe fn row(row: &Row<'_, Cell>, output: &mut [i8]) {
    let scaling = Scaling::new(row.stages);
    let bias = load(&row.stages.bias);
    for first in (0..row.pixels).step_by(VECTORS) {
        // The last pixel stands for those behind it.
        let pixels: [usize; VECTORS] = core::array::from_fn(|i| (first + i).min(row.pixels - 1));
        let windows = pixels.map(|pixel| row.inputs.as_ptr().wrapping_add(pixel * row.step));
        let mut sums = [bias; VECTORS];
        for (tap, weights) in row.taps.iter().zip(row.filter) {
            // SAFETY: a cell has 64 bytes.
            let weights = unsafe { _mm512_loadu_si512(weights.as_ptr().cast()) };
            for (sum, window) in sums.iter_mut().zip(windows) {
                // SAFETY: every cell of every window is one of the inputs.
                let inputs = unsafe { _mm512_loadu_si512(window.add(*tap).cast()) };
                *sum = _mm512_dpbusd_epi32(*sum, inputs, weights);
            }
        }
        let places = pixels.map(|pixel| pixel * row.stride);
        // SAFETY: every pixel has room for its channels.
        unsafe { store(scaling.apply(sums), row.channels, places, output.as_mut_ptr()) }
    }
}
