//! The sum at the end of a residual block, with the ReLU after it, in one pass forward and one back.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use rayon::prelude::*;

use super::cpu::{Cpu, node, tracked};
use super::gradient::add_gradient;
use super::kernels::{in_blocks, widest};
use super::rows::{BLOCK, channels_last, channels_second, tensor};

/// `relu(first + second)`.
///
/// # Shapes
/// Both `[batch, channels, height, width]`, and the result too.
pub(crate) fn relu_of_sum(first: Tensor<4>, second: Tensor<4>) -> Tensor<4> {
    let (Some(a), Some(b)) = (tracked(&first), tracked(&second)) else {
        return relu(first + second);
    };
    drop((first, second));
    let shortcut = b.clone();
    let ((a, of_a), (b, of_b)) = (a.into_parts(), b.into_parts());
    let shape = a.layout().shape().clone();
    let [a, b] = [a, b].map(channels_last);
    let output = tensor(sum(a.storage(), b.storage()), a.layout().shape().clone());
    let saved = Saved { output: output.clone(), shortcut };
    let output = channels_second(&output, &shape);
    node(SumNode, [of_a, of_b], saved, output)
}

fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    in_blocks(a.len(), BLOCK, |index, output, _| {
        let [a, b] = [a, b].map(|rows| &rows[index * BLOCK..]);
        widest(|| {
            for ((output, a), b) in output.iter_mut().zip(a).zip(b) {
                let sum = a + b;
                // What is not a number stays none.
                *output = if sum < 0.0 { 0.0 } else { sum };
            }
        });
    })
}

#[derive(Debug, Clone)]
struct Saved {
    /// Channels last.
    output: FlexTensor,
    /// The layer before the block reads it too.
    shortcut: FloatTensor<Cpu>,
}

#[derive(Debug)]
struct SumNode;

impl Backward<Flex, 2> for SumNode {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { output, shortcut } = ops.state;
        let mut gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let blocks = gradient.storage_mut::<f32>().par_chunks_mut(BLOCK);
        blocks.zip(output.storage::<f32>().par_chunks(BLOCK)).for_each(|(gradient, output)| {
            widest(|| {
                for (gradient, output) in gradient.iter_mut().zip(output) {
                    *gradient = if *output <= 0.0 { 0.0 } else { *gradient };
                }
            });
        });
        let [of_path, of_shortcut] = ops.parents;
        if let Some(path) = of_path {
            let shape = shortcut.primitive().layout().shape();
            gradients.register::<Flex>(path.id, channels_second(&gradient, shape));
        }
        if of_shortcut.is_some() {
            add_gradient(gradients, &shortcut, gradient);
        }
    }
}

#[cfg(test)]
mod tests;
