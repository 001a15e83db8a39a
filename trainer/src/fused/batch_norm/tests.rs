//! burn's layer, and the ReLU after it, are the oracle: values, gradients and running statistics.

use burn::module::Module;
use burn::nn::BatchNormConfig;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Distribution};

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.5, 2.0), device)
}

/// With a scale and a shift that are not the identity.
fn layer(channels: usize, device: &Device) -> BatchNorm {
    let mut norm = BatchNormConfig::new(channels).init(device);
    norm.gamma = norm.gamma.map(|scale| random(scale.dims(), device).require_grad());
    norm.beta = norm.beta.map(|shift| random(shift.dims(), device).require_grad());
    norm
}

/// Output, gradients at input, scale and shift, and running mean and variance.
fn numbers<const D: usize>(
    norm: &BatchNorm,
    input: &Tensor<D>,
    forward: impl Fn(&BatchNorm, Tensor<D>) -> Tensor<D>,
) -> Vec<Vec<f32>> {
    let input = input.clone().detach().require_grad();
    let output = forward(norm, input.clone());
    // A gradient that differs from number to number, and is not the output's.
    let weights = output.clone().detach().cos();
    let mut gradients = (output.clone() * weights).sum().backward();
    let at_input = input.grad_remove(&mut gradients).unwrap();
    let of_layer = GradientsParams::from_grads(gradients, norm);
    let at = |id| of_layer.get::<1>(id).unwrap();
    let running = [&norm.running_mean, &norm.running_var].map(|running| running.value_sync().inner());
    let vectors = [at(norm.gamma.id), at(norm.beta.id)].into_iter().chain(running);
    let of = |tensor: Tensor<1>| tensor.try_to_vec_as::<f32>().unwrap();
    let tensors = [output.inner(), at_input].map(|tensor| tensor.try_to_vec_as::<f32>().unwrap());
    tensors.into_iter().chain(vectors.map(of)).collect()
}

fn assert_equal_to_burns<const D: usize>(input: &Tensor<D>, rectified: bool) {
    let device = input.device();
    let norm = layer(input.dims()[1], &device);
    // A mere clone shares its running statistics.
    let other = norm.valid().train();
    let found = numbers(&norm, input, |norm, input| batch_norm(norm, input, rectified));
    let expected = numbers(&other, input, |norm, input| {
        let output = norm.forward(input);
        if rectified { relu(output) } else { output }
    });
    assert_close(&found, &expected, 2e-5, &"batch normalization");
}

#[test]
fn equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    for rectified in [false, true] {
        assert_equal_to_burns(&random([37, 5], &device), rectified);
        // Several blocks, the last of them shorter.
        assert_equal_to_burns(&random([300, 257], &device), rectified);
        assert_equal_to_burns(&random([3, 7, 5, 4], &device), rectified);
        assert_equal_to_burns(&random([6, 9, 1, 1], &device), rectified);
        // Channels last in memory, as our convolutions leave them.
        assert_equal_to_burns(&random([3, 5, 4, 7], &device).permute([0, 3, 1, 2]), rectified);
    }
}

#[test]
fn a_large_mean_cancels_nothing() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 1);
    let norm = BatchNormConfig::new(3).init(&device);
    let input = Tensor::<2>::random([50_000, 3], Distribution::Normal(0.0, 1.0), &device);
    let moved = batch_norm(&norm, input.clone() + 1000.0, false) - batch_norm(&norm, input, false);
    // A number near 1000 is rounded to 2^-14.
    let largest: f32 = moved.abs().max().into_scalar();
    assert!(largest < 3e-4, "{largest}");
}

#[test]
fn what_is_not_a_number_is_not_hidden() {
    let device = Device::flex().autodiff();
    let norm = BatchNormConfig::new(2).init(&device);
    let input = Tensor::<2>::from_data([[1.0, f32::NAN], [2.0, 3.0]], &device);
    let output = batch_norm(&norm, input, true).try_to_vec_as::<f32>().unwrap();
    assert!(output[1].is_nan() && output[3].is_nan() && output[0] == 0.0 && output[2] > 0.9, "{output:?}");
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 2);
    let input = random([700, 130], &device);
    let norm = layer(130, &device);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let norm = norm.valid().train();
        pool.install(|| numbers(&norm, &input, |norm, input| batch_norm(norm, input, true)))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn a_frozen_layer_takes_its_running_statistics() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 3);
    let input = random([20, 4], &device);
    let norm = layer(4, &device);
    let frozen = norm.clone().freeze();
    let expected = relu(frozen.forward(input.clone())).try_to_vec_as::<f32>().unwrap();
    assert_eq!(batch_norm(&frozen, input, true).try_to_vec_as::<f32>().unwrap(), expected);
}

#[test]
fn few_kernels_are_equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 3);
    for (shape, rectified) in [([3, 5, 4, 2], false), ([6, 9, 1, 1], true), ([40, 3, 7, 7], true)] {
        let input = random(shape, &device);
        let norm = layer(shape[1], &device);
        let other = norm.valid().train();
        let found = numbers(&norm, &input, |norm, input| few_kernels::of_batch(norm, input, rectified));
        let expected = numbers(&other, &input, |norm, input| {
            let output = norm.forward(input);
            if rectified { relu(output) } else { output }
        });
        assert_close(&found, &expected, 2e-5, &"few kernels");
    }
}
