//! Rows of features as tensors.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};
use dim_host::representation::Features;

/// Rows `range` as a tensor `[rows, width]`.
pub(super) fn tensor(features: &Features, range: Range<usize>, device: &Device) -> Tensor<2> {
    let rows = features.values[range.start * features.width..range.end * features.width].to_vec();
    Tensor::from_data(TensorData::new(rows, [range.len(), features.width]), device)
}

/// Rows `range`, scaled to length one, as a tensor `[rows, width]`.
pub(super) fn of_length_one(features: &Features, range: Range<usize>, device: &Device) -> Tensor<2> {
    let width = features.width;
    let mut rows = features.values[range.start * width..range.end * width].to_vec();
    for row in rows.chunks_exact_mut(width) {
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        row.iter_mut().for_each(|x| *x /= length);
    }
    Tensor::from_data(TensorData::new(rows, [range.len(), width]), device)
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
