//! The estimators as burn's operators compute them are the oracle: values and gradients.

use burn::tensor::{Device, Distribution};

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;
use crate::objective::Scores;

/// Loss and gradient at the scores.
fn numbers(scores: &Tensor<2>, of: impl Fn(&Tensor<2>) -> Tensor<1>) -> [Vec<f32>; 2] {
    let scores = scores.clone().detach().require_grad();
    let loss = of(&scores);
    let gradients = (loss.clone() * 0.7).backward();
    [loss.inner().try_to_vec_as().unwrap(), scores.grad(&gradients).unwrap().try_to_vec_as().unwrap()]
}

#[test]
fn equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    for (sets, batch, cells, scale) in [(1, 2, 1, 1.0), (1, 64, 16, 3.0), (3, 5, 4, 0.1), (2, 9, 7, 40.0)] {
        let shape = [sets * batch, batch * cells];
        let by_rows = Tensor::<2>::random(shape, Distribution::Normal(0.0, scale), &device);
        let by_columns =
            Tensor::<2>::random([shape[1], shape[0]], Distribution::Normal(0.0, scale), &device).transpose();
        for scores in [by_rows, by_columns] {
            for estimator in [Estimator::Jsd, Estimator::InfoNce] {
                let found = numbers(&scores, |scores| contrast(estimator, scores, batch).unwrap());
                let expected = numbers(&scores, |scores| {
                    let split = |first| Scores::split(scores.clone().narrow(0, first, batch), 0, cells);
                    estimator.loss(&Scores::stack((0..sets * batch).step_by(batch).map(split).collect()))
                });
                assert_close(&found, &expected, 1e-5, &format_args!("{estimator:?} {sets} {batch} {cells} {scale}"));
            }
        }
    }
}

#[test]
fn what_is_not_a_number_is_not_hidden() {
    let device = Device::flex().autodiff();
    for at in [0, 3] {
        let mut values = vec![0.5_f32; 16];
        values[at] = f32::NAN;
        let scores = Tensor::<2>::from_data(burn::tensor::TensorData::new(values, [4, 4]), &device);
        for estimator in [Estimator::Jsd, Estimator::InfoNce] {
            let loss = contrast(estimator, &scores, 4).unwrap().try_to_vec_as::<f32>().unwrap();
            assert!(loss[0].is_nan(), "{estimator:?} {at}");
        }
    }
}

#[test]
fn the_others_are_left_to_burn() {
    let device = Device::flex().autodiff();
    let scores = Tensor::<2>::zeros([4, 4], &device);
    assert!(contrast(Estimator::Dv, &scores, 4).is_none());
    assert!(contrast(Estimator::Jsd, &scores.inner(), 4).is_none());
}
