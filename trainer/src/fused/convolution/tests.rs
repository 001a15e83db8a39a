//! burn's convolution is the oracle: values and gradients.

use burn::tensor::module::{conv_transpose2d, conv2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Device, Distribution, FloatDType};
use dim_model_format::Padding;

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;

fn random(shape: [usize; 4], device: &Device) -> Tensor<4> {
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), device)
}

fn of_burn(input: Tensor<4>, weight: Tensor<4>, window: Window) -> Tensor<4> {
    let Padding { top, left, bottom, right } = window.padding;
    let [top, left, bottom, right] = [top, left, bottom, right].map(usize::from);
    let stride = window.stride.map(usize::from);
    conv2d(input, weight, None, ConvOptions::new_with_padding(stride, [(top, bottom), (left, right)], [1, 1], 1))
}

/// Output and gradients at input and weight.
fn numbers(
    input: &Tensor<4>,
    weight: &Tensor<4>,
    forward: impl Fn(Tensor<4>, Tensor<4>) -> Tensor<4>,
) -> ([usize; 4], [Vec<f32>; 3]) {
    let [input, weight] = [input, weight].map(|tensor| tensor.clone().detach().require_grad());
    let output = forward(input.clone(), weight.clone());
    let weights = output.clone().detach().cos();
    let gradients = (output.clone() * weights).sum().backward();
    let [at_input, at_weight] = [input, weight].map(|tensor| tensor.grad(&gradients).unwrap());
    (output.dims(), [output.inner(), at_input, at_weight].map(|tensor| tensor.try_to_vec_as().unwrap()))
}

fn assert_equal_to_burns(input: &Tensor<4>, outputs: usize, window: Window) {
    let device = input.device();
    let [_, channels, ..] = input.dims();
    let [rows, columns] = window.kernel.map(usize::from);
    let weight = random([outputs, channels, rows, columns], &device);
    let found = numbers(input, &weight, |input, weight| convolution(&input, &weight, window).unwrap());
    let expected = numbers(input, &weight, |input, weight| of_burn(input, weight, window));
    assert_eq!(found.0, expected.0, "{window:?}");
    assert_close(&found.1, &expected.1, 1e-5, &format_args!("{window:?}"));
}

#[test]
fn equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    assert_equal_to_burns(&random([5, 3, 32, 32], &device), 16, Window::square(4, 2, 1));
    assert_equal_to_burns(&random([2, 20, 7, 9], &device), 5, Window::square(3, 1, 1));
    assert_equal_to_burns(&random([2, 6, 7, 9], &device), 5, Window::square(1, 1, 0));
    assert_equal_to_burns(&random([2, 6, 8, 8], &device), 5, Window::square(1, 2, 0));
    // The last rows and columns are in no window.
    assert_equal_to_burns(&random([1, 2, 11, 12], &device), 3, Window::square(4, 3, 0));
    // Windows wider than the image.
    assert_equal_to_burns(&random([3, 2, 2, 1], &device), 4, Window::square(5, 1, 2));
    let uneven = Padding { top: 0, left: 1, bottom: 2, right: 0 };
    assert_equal_to_burns(
        &random([2, 4, 6, 5], &device),
        3,
        Window { kernel: [3, 2], stride: [2, 1], padding: uneven },
    );
    // Channels last in memory, as a convolution leaves them.
    assert_equal_to_burns(&random([2, 6, 5, 4], &device).permute([0, 3, 1, 2]), 3, Window::square(3, 2, 1));
}

#[test]
fn transposed_ones_are_equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 3);
    // Batch, inputs, outputs, height and width; kernel, stride and padding.
    for ([batch, inputs, outputs, height, width], [kernel, stride, padding]) in [
        ([3, 40, 20, 4, 4], [4, 2, 1]),
        ([2, 5, 33, 7, 9], [4, 2, 1]),
        ([2, 3, 4, 5, 6], [3, 1, 1]),
        ([1, 3, 4, 5, 1], [2, 3, 0]),
        ([2, 6, 3, 1, 1], [5, 2, 2]),
    ] {
        let window = Window::square(kernel, stride, padding);
        let side = usize::from(kernel);
        let (input, weight) =
            (random([batch, inputs, height, width], &device), random([inputs, outputs, side, side], &device));
        let of_burn = |input, weight| {
            let [stride, padding] = [stride, padding].map(|number| [usize::from(number); 2]);
            conv_transpose2d(input, weight, None, ConvTransposeOptions::new(stride, padding, [0, 0], [1, 1], 1))
        };
        let found = numbers(&input, &weight, |input, weight| transposed_convolution(&input, &weight, window).unwrap());
        let expected = numbers(&input, &weight, of_burn);
        assert_eq!(found.0, expected.0, "{window:?}");
        assert_close(&found.1, &expected.1, 1e-5, &format_args!("{window:?}"));
        let plain = transposed_convolution(&input.inner(), &weight.inner(), window).unwrap();
        assert_eq!(plain.try_to_vec_as::<f32>().unwrap(), found.1[0], "{window:?}");
    }
}

#[test]
fn an_input_that_nobody_differentiates_has_no_gradient() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 1);
    let (input, weight) = (random([2, 3, 8, 8], &device), random([4, 3, 4, 4], &device).require_grad());
    let window = Window::square(4, 2, 1);
    let of = |forward: &dyn Fn() -> Tensor<4>| {
        let gradients = forward().square().sum().backward();
        assert!(input.grad(&gradients).is_none());
        weight.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap()
    };
    let found = of(&|| convolution(&input, &weight, window).unwrap());
    let expected = of(&|| of_burn(input.clone(), weight.clone(), window));
    found.iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-3, "{a} {b}"));
}

#[test]
fn without_gradients_or_in_another_precision_it_is_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 2);
    let (input, weight) = (random([1, 3, 8, 8], &device), random([4, 3, 4, 4], &device));
    let window = Window::square(4, 2, 1);
    assert!(convolution(&input.clone().inner(), &weight.clone().inner(), window).is_none());
    assert!(convolution(&input.cast(FloatDType::BF16), &weight.cast(FloatDType::BF16), window).is_none());
}
