//! burn's convolution in groups is the oracle: values and gradients.

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution};
use dim_model_format::Padding;

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;

#[test]
fn equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let uneven = Padding { top: 0, left: 1, bottom: 2, right: 0 };
    for ([batch, channels, height, width], window) in [
        ([5, 32, 9, 8], Window::square(3, 1, 1)),
        ([3, 20, 9, 12], Window::square(3, 2, 1)),
        ([40, 3, 6, 6], Window::square(5, 1, 2)),
        ([2, 17, 7, 9], Window::square(1, 2, 0)),
        ([1, 16, 11, 12], Window::square(4, 3, 0)),
        ([2, 4, 6, 5], Window { kernel: [3, 2], stride: [2, 1], padding: uneven }),
    ] {
        let random = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device);
        let [rows, columns] = window.kernel.map(usize::from);
        let (input, weight) = (random([batch, channels, height, width]), random([channels, 1, rows, columns]));
        let of = |convolve: &dyn Fn(Tensor<4>, Tensor<4>) -> Tensor<4>| {
            let [input, weight] = [&input, &weight].map(|tensor| tensor.clone().detach().require_grad());
            let output = convolve(input.clone(), weight.clone());
            let gradients = (output.clone() * output.clone().detach().cos()).sum().backward();
            let found = [output.inner(), input.grad(&gradients).unwrap(), weight.grad(&gradients).unwrap()];
            found.map(|tensor| tensor.try_to_vec_as::<f32>().unwrap())
        };
        let found = of(&|input, weight| depthwise(&input, &weight, window).unwrap());
        let expected = of(&|input, weight| {
            let Padding { top, left, bottom, right } = window.padding;
            let [top, left, bottom, right] = [top, left, bottom, right].map(usize::from);
            let stride = window.stride.map(usize::from);
            let padding = [(top, bottom), (left, right)];
            conv2d(input, weight, None, ConvOptions::new_with_padding(stride, padding, [1, 1], channels))
        });
        assert_close(&found, &expected, 1e-5, &format_args!("{window:?}"));
    }
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 1);
    let random = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let (input, weight) = (random([70, 24, 10, 10]), random([24, 1, 3, 3]).require_grad());
    let bits = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let gradients =
            pool.install(|| depthwise(&input, &weight, Window::square(3, 1, 1)).unwrap().square().sum().backward());
        let found = weight.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
        found.into_iter().map(f32::to_bits).collect::<Vec<_>>()
    });
    assert_eq!(bits[0], bits[1]);
}
