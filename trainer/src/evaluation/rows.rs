//! Rows of features as tensors.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};
use dim_host::representation::Features;

/// All of `count` rows, so many at a time.
pub(super) fn ranges(count: usize, at_a_time: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(at_a_time).map(move |start| start..count.min(start + at_a_time))
}

/// Rows `range` as a tensor `[rows, width]`.
pub(super) fn tensor(features: &Features, range: Range<usize>, device: &Device) -> Tensor<2> {
    let shape = [range.len(), features.width];
    Tensor::from_data(TensorData::new(numbers(features, range), shape), device)
}

fn numbers(features: &Features, range: Range<usize>) -> Vec<f32> {
    features.values[range.start * features.width..range.end * features.width].to_vec()
}

/// Rows `range`, scaled to length one, as a tensor `[rows, width]`.
pub(super) fn of_length_one(features: &Features, range: Range<usize>, device: &Device) -> Tensor<2> {
    let shape = [range.len(), features.width];
    let mut rows = numbers(features, range);
    for row in rows.chunks_exact_mut(features.width) {
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        row.iter_mut().for_each(|x| *x /= length);
    }
    Tensor::from_data(TensorData::new(rows, shape), device)
}

/// The rows of these numbers as a tensor `[rows, width]`.
pub(super) fn gather(features: &Features, rows: &[usize], device: &Device) -> Tensor<2> {
    let values: Vec<f32> = rows.iter().flat_map(|index| features.row(*index)).copied().collect();
    Tensor::from_data(TensorData::new(values, [rows.len(), features.width]), device)
}

/// The numbers of a tensor, on the host.
pub(crate) fn to_vec<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.try_to_vec_as::<f32>().expect("a finished tensor on a working device can be read")
}
