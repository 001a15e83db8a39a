//! Tensors as rows of channels, cut into blocks that threads share.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Shape, TensorData};
use rayon::prelude::*;

use super::kernels::widest;
use super::lanes::{Channels, each_group, of, of_mut};

/// Numbers of a block: it stays in the second cache, and a sum over its rows loses little in f32.
pub(super) const BLOCK: usize = 1 << 15;

/// Numbers of a block of whole rows.
pub(super) fn block_of_rows(channels: usize) -> usize {
    (BLOCK / channels).max(1) * channels
}

/// `[batch, channels, ..]` with the channels last and without gaps. A copy where they are not so already.
pub(super) fn channels_last(tensor: FlexTensor) -> FlexTensor {
    let rank = tensor.layout().shape().num_dims();
    let axes: Vec<usize> = std::iter::once(0).chain(2..rank).chain([1]).collect();
    let permuted = tensor.permute(&axes);
    drop(tensor);
    permuted.to_contiguous()
}

/// Rows of channels as `[batch, channels, ..]`: a view, with the channels still last in memory.
pub(super) fn channels_second(rows: &FlexTensor, shape: &Shape) -> FlexTensor {
    let rank = shape.num_dims();
    let last: Vec<usize> = std::iter::once(0).chain(2..rank).chain([1]).map(|axis| shape[axis]).collect();
    let axes: Vec<usize> = [0, rank - 1].into_iter().chain(1..rank - 1).collect();
    rows.reshape(Shape::from(last)).permute(&axes)
}

/// A tensor of these numbers.
pub(super) fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The numbers of a tensor of one axis.
pub(super) fn vector(tensor: &FlexTensor) -> Vec<f32> {
    tensor.to_contiguous().storage::<f32>().to_vec()
}

/// The sum of parts of equal length, one after the other.
pub(super) fn sum_of_parts(parts: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0.0; parts.first().map_or(0, Vec::len)];
    sum.par_chunks_mut(BLOCK).enumerate().for_each(|(block, sum)| {
        for part in parts {
            sum.iter_mut().zip(&part[block * BLOCK..]).for_each(|(sum, number)| *sum += number);
        }
    });
    sum
}

/// The sum over blocks of what each says of every channel.
pub(super) fn sum_of_blocks(blocks: &[Vec<f32>]) -> Vec<f64> {
    let mut sum = vec![0.0; blocks.first().map_or(0, Vec::len)];
    for block in blocks {
        sum.iter_mut().zip(block).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    sum
}

/// The sum over rows of every channel.
///
/// # Shapes
/// `rows` `[rows, channels]`; the result `[channels]`.
pub(super) fn sum_of_rows(rows: &[f32], channels: usize) -> Vec<f32> {
    let mut work = Sum { rows, sum: vec![0.0; channels] };
    widest(|| each_group(channels, &mut work));
    work.sum
}

struct Sum<'a> {
    rows: &'a [f32],
    sum: Vec<f32>,
}

impl Channels for Sum<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let mut sum = [0.0_f32; L];
        for row in self.rows.chunks_exact(self.sum.len()) {
            sum.iter_mut().zip(&of::<L, f32>(row, first)).for_each(|(sum, x)| *sum += x);
        }
        *of_mut(&mut self.sum, first) = sum;
    }
}
