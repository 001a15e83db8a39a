//! The mean of every channel of an image.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::tensor::{Shape, Tensor};
use rayon::prelude::*;

use super::cpu::{node, tracked};
use super::kernels::in_blocks;
use super::rows::{channels_last, channels_second, sum_of_rows, tensor};

/// The mean over rows and columns, or `None` where it has to be burn's.
///
/// # Shapes
/// `input` `[batch, channels, height, width]`; the result `[batch, channels, 1, 1]`.
pub(crate) fn average(input: &Tensor<4>) -> Option<Tensor<4>> {
    let (x, of_x) = tracked(input)?.into_parts();
    let [batch, channels, height, width] = input.dims();
    let places = height * width;
    let rows = channels_last(x);
    let mut means = vec![0.0; batch * channels];
    let images = rows.storage::<f32>().par_chunks(places * channels);
    images.zip(means.par_chunks_mut(channels)).for_each(|(image, means)| {
        let sums = sum_of_rows(image, channels);
        means.iter_mut().zip(sums).for_each(|(mean, sum)| *mean = sum / places as f32);
    });
    let output = tensor(means, [batch, channels, 1, 1]);
    let shape = Shape::from([batch, channels, height, width]);
    Some(node(AverageNode, [of_x], shape, output))
}

#[derive(Debug)]
struct AverageNode;

impl Backward<Flex, 1> for AverageNode {
    /// Of the input.
    type State = Shape;

    fn backward(self, ops: Ops<Shape, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let shape = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let [Some(of_input)] = ops.parents else { return };
        let [batch, channels, height, width] = [0, 1, 2, 3].map(|axis| shape[axis]);
        let share = 1.0 / (height * width) as f32;
        let (image, gradients_of) = (height * width * channels, gradient.storage::<f32>());
        let found = in_blocks(batch * image, image, |index, image, _| {
            let gradient = gradients_of[index * channels..][..channels].iter();
            let gradient: Vec<f32> = gradient.map(|gradient| gradient * share).collect();
            image.chunks_exact_mut(channels).for_each(|row| row.copy_from_slice(&gradient));
        });
        gradients
            .register::<Flex>(of_input.id, channels_second(&tensor(found, [batch, height, width, channels]), &shape));
    }
}

#[cfg(test)]
mod tests;
