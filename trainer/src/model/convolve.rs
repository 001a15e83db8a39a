//! Layers that convolve, by kernels of our own where there are some for their device and precision, or else by burn.

use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, ConvTranspose2d};
use burn::tensor::Tensor;
use dim_model_format::{Padding, Window};

use crate::fused::{add_bias, convolution, depthwise, transposed_convolution};

/// [`Conv2d::forward`], of a layer without dilation.
pub(crate) fn convolve(layer: &Conv2d, input: Tensor<4>) -> Tensor<4> {
    let weight = layer.weight.val();
    let convolved = window(layer).and_then(|window| match layer.groups {
        1 => convolution(&input, &weight, window),
        groups if groups == input.dims()[1] && groups == weight.dims()[0] => depthwise(&input, &weight, window),
        _ => None,
    });
    match (convolved, &layer.bias) {
        (Some(output), Some(bias)) => add_bias(output, &bias.val()),
        (Some(output), None) => output,
        (None, _) => layer.forward(input),
    }
}

/// [`ConvTranspose2d::forward`], of a layer of one group without bias and dilation.
pub(super) fn convolve_transposed(layer: &ConvTranspose2d, input: Tensor<4>) -> Tensor<4> {
    let [rows, columns] = layer.padding;
    let window = window_of(layer.kernel_size, layer.stride, [rows, columns, rows, columns]);
    let convolved = window.and_then(|window| transposed_convolution(&input, &layer.weight.val(), window));
    convolved.unwrap_or_else(|| layer.forward(input))
}

fn window(layer: &Conv2d) -> Option<Window> {
    let PaddingConfig2d::Explicit(top, left, bottom, right) = layer.padding else { return None };
    window_of(layer.kernel_size, layer.stride, [top, left, bottom, right])
}

/// None where a number is too large for one.
fn window_of(kernel: [usize; 2], stride: [usize; 2], [top, left, bottom, right]: [usize; 4]) -> Option<Window> {
    let narrow = |number: usize| u8::try_from(number).ok();
    let both = |[rows, columns]: [usize; 2]| Some([narrow(rows)?, narrow(columns)?]);
    let padding = Padding { top: narrow(top)?, left: narrow(left)?, bottom: narrow(bottom)?, right: narrow(right)? };
    Some(Window { kernel: both(kernel)?, stride: both(stride)?, padding })
}
