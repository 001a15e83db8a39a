//! burn's own optimizer is the oracle, to the bit.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::GradientsParams;
use burn::tensor::Distribution;

use super::*;
use crate::model::seed_alone;

fn gradients(linear: &Linear, device: &Device) -> GradientsParams {
    // Products over batches of two, so that the gradient of the matrix is small in places, and of either sign.
    let input = Tensor::<2>::random([2, 90], Distribution::Normal(0.0, 1.0), device);
    GradientsParams::from_grads(linear.forward(input).square().mean().backward(), linear)
}

#[test]
fn steps_are_burns_to_the_bit() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    // More than a block of numbers, and not a multiple of one.
    let mut ours = LinearConfig::new(90, 201).init(&device);
    let _ = (ours.weight.val(), ours.bias.as_ref().map(|bias| bias.val()));
    let mut theirs = ours.clone();
    let mut adam = Adam::for_module([0.5, 0.999], 1e-8, 0.0);
    let mut of_burn = AdamConfig::new().with_beta_1(0.5).with_beta_2(0.999).with_epsilon(1e-8).init();
    for step in 0..5 {
        device.seed(step);
        let found = gradients(&ours, &device);
        device.seed(step);
        let expected = gradients(&theirs, &device);
        let before = ours.weight.val().try_to_vec_as::<f32>().unwrap();
        ours = adam.step(1e-3, ours, found);
        theirs = of_burn.step(1e-3, theirs, expected);
        let after = ours.weight.val().try_to_vec_as::<f32>().unwrap();
        assert!(before.iter().zip(&after).all(|(before, after)| before != after || *before == 0.0));
        assert_eq!(after, theirs.weight.val().try_to_vec_as::<f32>().unwrap(), "step {step}");
    }
    assert_eq!(ours.num_params(), 90 * 201 + 201);
    // It goes on from burn's record. The other way round burn would want its default device, which may be a missing GPU.
    adam = adam.load_record(of_burn.to_record());
    let gradients = || {
        device.seed(9);
        gradients(&ours, &device)
    };
    let found = adam.step(1e-3, ours.clone(), gradients()).weight.val().try_to_vec_as::<f32>().unwrap();
    let expected = of_burn.step(1e-3, ours.clone(), gradients()).weight.val().try_to_vec_as::<f32>().unwrap();
    assert_eq!(found, expected);
}

#[test]
fn weights_that_somebody_else_holds_stay_as_they_are() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 1);
    let mut linear = LinearConfig::new(90, 3).init(&device);
    let mut adam = Adam::for_module([0.9, 0.999], 1e-8, 0.0);
    for _ in 0..3 {
        let held = linear.weight.val();
        let before = held.clone().try_to_vec_as::<f32>().unwrap();
        let found = gradients(&linear, &device);
        linear = adam.step(0.1, linear, found);
        assert_eq!(held.try_to_vec_as::<f32>().unwrap(), before);
        assert_ne!(linear.weight.val().try_to_vec_as::<f32>().unwrap(), before);
    }
}
