//! The transform of the weights, and whether it may be used.

use crate::kernels::host::instructions::Transforms;
use crate::kernels::host::tile::CHANNELS;
use crate::kernels::scratch::winograd::{KERNEL, POINTS};
use crate::kernels::winograd::LIMIT;

/// Without its denominators.
const G: [[i16; KERNEL]; POINTS] = [[1, 0, 0], [1, 1, 1], [1, -1, 1], [1, 2, 4], [1, -2, 4], [0, 0, 1]];

/// `G g G^T`, of all numbers at once: first of every column of a kernel, then of every row.
///
/// # Shapes
/// `taps` `[KERNEL, KERNEL, n]`, `columns` `[KERNEL, POINTS, n]`, `packed` `[POINTS, POINTS, n]`.
pub(super) fn transform(taps: &[i16], columns: &mut [i16], packed: &mut [i16]) {
    let n = (taps.len() / (KERNEL * KERNEL)).max(1);
    for (column, target) in columns.chunks_exact_mut(POINTS * n).enumerate() {
        transform_axis(taps.chunks_exact(n).skip(column).step_by(KERNEL), target, n);
    }
    for (row, target) in packed.chunks_exact_mut(POINTS * n).enumerate() {
        transform_axis(columns.chunks_exact(n).skip(row).step_by(POINTS), target, n);
    }
}

/// `G g`.
fn transform_axis<'a>(taps: impl Iterator<Item = &'a [i16]> + Clone, target: &mut [i16], n: usize) {
    for (target, factors) in target.chunks_exact_mut(n).zip(G) {
        target.fill(0);
        for (numbers, factor) in taps.clone().zip(factors) {
            target.iter_mut().zip(numbers).for_each(|(target, number)| *target += factor * number);
        }
    }
}

/// Whether every sum comes back, whatever the inputs.
pub(super) fn sums_come_back<T: Transforms>(taps: &[i16], zero_point: i8) -> bool {
    let [least, most] = [i8::MIN, i8::MAX].map(|q| i64::from(q) - i64::from(zero_point));
    // Of each channel the sums of its weights below and above zero; as many of one input stand side by side.
    let mut weights = [[0_i32; 2]; CHANNELS];
    for numbers in taps.chunks_exact(T::SIDE_BY_SIDE * CHANNELS) {
        for (sums, numbers) in weights.iter_mut().zip(numbers.chunks_exact(T::SIDE_BY_SIDE)) {
            for number in numbers {
                sums[0] += i32::from(*number).min(0);
                sums[1] += i32::from(*number).max(0);
            }
        }
    }
    let is_small = |[below, above]: [i32; 2]| {
        let sums = [[below, above], [above, below]].map(|[a, b]| i64::from(a) * most + i64::from(b) * least);
        sums.into_iter().all(|sum| sum.unsigned_abs() < LIMIT.into())
    };
    weights.into_iter().all(is_small)
}
