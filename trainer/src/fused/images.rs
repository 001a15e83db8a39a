//! Some images of a batch.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;

use super::cpu::{Cpu, node, tracked};
use super::gradient::add_gradient_at;
use super::rows::channels_last;

/// The maps of `count` images from `first` on, in memory with the channels last.
///
/// # Shapes
/// `maps` `[batch, channels, height, width]`; the result `[count, channels, height, width]`.
pub(crate) fn narrow_images(maps: Tensor<4>, first: usize, count: usize) -> Tensor<4> {
    let Some(whole) = tracked(&maps) else {
        // burn would bring the gradient of all of them into zeros.
        return if count == maps.dims()[0] { maps } else { maps.narrow(0, first, count) };
    };
    let (x, of_x) = whole.clone().into_parts();
    let output = channels_last(x).narrow(0, first, count).permute(&[0, 3, 1, 2]);
    node(NarrowNode, [of_x], (whole, first), output)
}

#[derive(Debug)]
struct NarrowNode;

impl Backward<Flex, 1> for NarrowNode {
    /// The maps, and the first of their images that is taken.
    type State = (FloatTensor<Cpu>, usize);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let (whole, first) = ops.state;
        let gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let shape = gradient.layout().shape();
        let count = shape.num_elements();
        let begin = first * count / shape[0];
        add_gradient_at(gradients, &whole, begin..begin + count, gradient.storage());
    }
}

#[cfg(test)]
mod tests;
