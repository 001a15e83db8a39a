//! burn's sum and ReLU are the oracle: values and gradients.

use burn::tensor::{Device, Distribution};

use super::*;
use crate::model::seed_alone;

fn numbers(sides: &[Tensor<4>; 2], of: impl Fn(Tensor<4>, Tensor<4>) -> Tensor<4>) -> Vec<Vec<f32>> {
    let [first, second] = sides.clone().map(|side| side.detach().require_grad());
    let output = of(first.clone(), second.clone());
    let weights = output.clone().detach().cos();
    let gradients = (output.clone() * weights).sum().backward();
    let at = [first, second].map(|side| side.grad(&gradients).unwrap());
    [output.inner()].into_iter().chain(at).map(|tensor| tensor.try_to_vec_as().unwrap()).collect()
}

#[test]
fn equal_to_burns_to_the_bit() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let random = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    // One with the channels second in memory, one with the channels last.
    let sides = [random([5, 7, 30, 40]), random([5, 30, 40, 7]).permute([0, 3, 1, 2])];
    assert_eq!(numbers(&sides, relu_of_sum), numbers(&sides, |first, second| relu(first + second)));
}

#[test]
fn what_is_not_a_number_is_not_hidden() {
    let device = Device::flex().autodiff();
    let of = |value: f32| Tensor::<4>::full([1, 1, 1, 1], value, &device);
    let sum = relu_of_sum(of(f32::NAN), of(1.0)).try_to_vec_as::<f32>().unwrap();
    assert!(sum[0].is_nan());
}
