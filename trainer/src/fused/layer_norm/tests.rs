//! burn's layer on the sum is the oracle: values and all gradients.

use burn::nn::LayerNormConfig;
use burn::tensor::{Device, Distribution};

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;

const EPSILON: f64 = 1e-3;

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.5, 1.0), device).require_grad()
}

fn layer(width: usize, device: &Device) -> LayerNorm {
    let mut norm = LayerNormConfig::new(width).with_epsilon(EPSILON).init(device);
    norm.gamma = norm.gamma.map(|scale| random(scale.dims(), device));
    norm.beta = norm.beta.map(|shift| shift.map(|shift| random(shift.dims(), device)));
    norm
}

/// Output, and gradients at both addends, bias, scale and shift.
fn numbers(
    norm: &LayerNorm,
    addends: &[Tensor<2>; 2],
    bias: &Tensor<1>,
    forward: impl Fn([Tensor<2>; 2], Tensor<1>) -> Tensor<2>,
) -> [Vec<f32>; 6] {
    let output = forward(addends.clone(), bias.clone());
    let weights = output.clone().detach().cos();
    let gradients = (output.clone() * weights).sum().backward();
    let [first, second] = addends.each_ref().map(|addend| addend.grad(&gradients).unwrap());
    let vectors = [bias.clone(), norm.gamma.val(), norm.beta.as_ref().unwrap().val()];
    let [bias, scale, shift] = vectors.map(|vector| vector.grad(&gradients).unwrap().unsqueeze());
    [output.inner(), first, second, bias, scale, shift].map(|tensor| tensor.try_to_vec_as().unwrap())
}

fn fused(norm: &LayerNorm) -> impl Fn([Tensor<2>; 2], Tensor<1>) -> Tensor<2> {
    |addends, bias| layer_norm_of_sum(norm, EPSILON, addends, bias)
}

#[test]
fn equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    // The last has several blocks, of which one is shorter, and a width that the lanes do not divide.
    for [rows, width] in [[1, 16], [5, 7], [70, 1003]] {
        let norm = layer(width, &device);
        let addends = [random([rows, width], &device), random([rows, width], &device)];
        let bias = random([width], &device);
        let found = numbers(&norm, &addends, &bias, fused(&norm));
        let expected =
            numbers(&norm, &addends, &bias, |[first, second], bias| norm.forward(first + second + bias.unsqueeze()));
        assert_close(&found, &expected, 2e-5, &width);
        let few_kernels =
            |addends, bias| few_kernels::of_sum(&norm, EPSILON, addends, [bias, norm.beta.as_ref().unwrap().val()]);
        assert_close(&numbers(&norm, &addends, &bias, few_kernels), &expected, 2e-5, &width);
    }
}

#[test]
fn addends_that_somebody_else_holds_stay_as_they_are() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 1);
    let norm = layer(6, &device);
    let both = random([4, 6], &device);
    let before = both.clone().try_to_vec_as::<f32>().unwrap();
    let output = layer_norm_of_sum(&norm, EPSILON, [both.clone(), both.clone()], random([6], &device));
    let _ = output.square().sum().backward();
    assert_eq!(both.try_to_vec_as::<f32>().unwrap(), before);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 2);
    let norm = layer(300, &device);
    let addends = [random([500, 300], &device), random([500, 300], &device)];
    let bias = random([300], &device);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| numbers(&norm, &addends, &bias, fused(&norm)))
    };
    assert_eq!(on(1), on(3));
}
