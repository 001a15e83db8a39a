//! Transposed convolution: forward it is what a convolution does with its gradient, and back it is that convolution.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::tensor::{Shape, Tensor};
use dim_model_format::Window;

use super::geometry::Axis;
use super::{Convolution, Saved};
use crate::fused::cpu::{node, plain, tracked};
use crate::fused::gradient::add_gradient;
use crate::fused::kernels::Kernels;
use crate::fused::rows::{channels_last, channels_second, tensor};

/// The transposed convolution of `input`, or `None` where it has to be burn's: on other devices and in other precisions.
///
/// # Shapes
/// `input` `[batch, inputs, height, width]`, `weight` `[inputs, outputs, rows, columns]` of one group; the result
/// `[batch, outputs, (height - 1) * stride + rows - padding, ..]`, in memory with the channels last.
pub(crate) fn transposed_convolution(input: &Tensor<4>, weight: &Tensor<4>, window: Window) -> Option<Tensor<4>> {
    let ([batch, inputs, height, width], [_, outputs, ..]) = (input.dims(), weight.dims());
    // The convolution that reads the result, and whose result the input could be.
    let axes = Axis::both_transposed([height, width], window);
    let convolution = Convolution { kernels: Kernels::found(), batch, inputs: outputs, outputs: inputs, axes };
    if let (Some(x), Some(weight)) = (plain(input), plain(weight)) {
        let output = convolution.transposed(&channels_last(x), &weight.to_contiguous());
        return Some(Tensor::from_primitive::<Flex>(output));
    }
    let (of, (weight, of_weight)) = (tracked(input)?, tracked(weight)?.into_parts());
    let (x, of_x) = of.clone().into_parts();
    let saved = Saved { convolution, of, input: channels_last(x), weight: weight.to_contiguous() };
    let output = convolution.transposed(&saved.input, &saved.weight);
    Some(node(TransposedNode, [of_x, of_weight], saved, output))
}

impl Convolution {
    /// What would be the gradient at its input if `gradient` were that at its output.
    fn transposed(&self, gradient: &FlexTensor, weight: &FlexTensor) -> FlexTensor {
        let [height, width] = self.axes.map(|axis| axis.size);
        let rows =
            tensor(self.at_input(weight.storage(), gradient.storage()), [self.batch, height, width, self.inputs]);
        channels_second(&rows, &Shape::from([self.batch, self.inputs, height, width]))
    }
}

#[derive(Debug)]
struct TransposedNode;

impl Backward<Flex, 2> for TransposedNode {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { convolution, of, input, weight } = ops.state;
        let gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let [of_input, of_weight] = ops.parents;
        if let Some(of_weight) = of_weight {
            let found = convolution.at_weight(gradient.storage(), input.storage());
            gradients.register::<Flex>(of_weight.id, convolution.filters(found));
        }
        if of_input.is_some() {
            let found = convolution.forward(gradient.storage(), weight.storage());
            let Convolution { batch, outputs, axes: [rows, columns], .. } = convolution;
            add_gradient(gradients, &of, tensor(found, [batch, rows.places, columns.places, outputs]));
        }
    }
}
