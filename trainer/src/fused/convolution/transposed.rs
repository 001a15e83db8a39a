//! Transposed convolution: forward it is what a convolution does with its gradient, and back it is that convolution.

use burn::backend::Flex;
use burn::tensor::Tensor;
use dim_model_format::Window;

use super::geometry::Axis;
use super::{Convolution, Way};
use crate::fused::cpu::plain;
use crate::fused::kernels::Kernels;
use crate::fused::rows::channels_last;

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
        let output = convolution.apply(Way::Back, &channels_last(x), &weight.to_contiguous());
        return Some(Tensor::from_primitive::<Flex>(convolution.channels_second(Way::Back, &output)));
    }
    convolution.differentiated(Way::Back, input, weight)
}
