//! A bias for every channel, in one pass forward and one back.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::cpu::{node, tracked};
use super::kernels::widest;
use super::lanes::{Channels, each_group, of, of_mut};
use super::rows::{block_of_rows, channels_last, channels_second, sum_of_blocks, sum_of_rows, tensor, vector};

/// `input + bias`.
///
/// # Shapes
/// `input` `[batch, channels, ..]` and the result too; `bias` `[channels]`.
pub(crate) fn add_bias<const D: usize>(input: Tensor<D>, bias: &Tensor<1>) -> Tensor<D> {
    let (Some(x), Some(bias_of)) = (tracked(&input), tracked(bias)) else {
        let axes: Vec<isize> = std::iter::once(0).chain(2..D as isize).collect();
        return input + bias.clone().unsqueeze_dims(&axes);
    };
    drop(input);
    let ((x, of_x), (bias, of_bias)) = (x.into_parts(), bias_of.into_parts());
    let shape = x.layout().shape().clone();
    let mut rows = channels_last(x);
    let bias = vector(&bias);
    let block = block_of_rows(bias.len());
    rows.storage_mut::<f32>().par_chunks_mut(block).for_each(|rows| {
        let mut work = Add { rows, bias: &bias };
        widest(|| each_group(bias.len(), &mut work));
    });
    let output = channels_second(&rows, &shape);
    node(BiasNode, [of_x, of_bias], bias.len(), output)
}

struct Add<'a> {
    rows: &'a mut [f32],
    bias: &'a [f32],
}

impl Channels for Add<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let bias = of::<L, f32>(self.bias, first);
        for row in self.rows.chunks_exact_mut(self.bias.len()) {
            of_mut::<L, f32>(row, first).iter_mut().zip(&bias).for_each(|(x, bias)| *x += bias);
        }
    }
}

#[derive(Debug)]
struct BiasNode;

impl Backward<Flex, 2> for BiasNode {
    /// Channels.
    type State = usize;

    fn backward(self, ops: Ops<usize, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let channels = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        let [of_input, of_bias] = ops.parents;
        if let Some(of_bias) = of_bias {
            let rows = channels_last(gradient.clone());
            let blocks = rows.storage::<f32>().par_chunks(block_of_rows(channels));
            let blocks = blocks.map(|rows| sum_of_rows(rows, channels));
            let blocks: Vec<Vec<f32>> = blocks.collect();
            let sum = sum_of_blocks(&blocks).iter().map(|sum| *sum as f32).collect();
            gradients.register::<Flex>(of_bias.id, tensor(sum, [channels]));
        }
        if let Some(of_input) = of_input {
            gradients.register::<Flex>(of_input.id, gradient);
        }
    }
}

#[cfg(test)]
mod tests;
