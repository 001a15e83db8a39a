//! burn's pooling is the oracle: values and gradients.

use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;
use burn::tensor::{Device, Distribution};

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;

#[test]
fn equal_to_burns() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    for [batch, channels, height, width] in [[3, 5, 4, 6], [2, 37, 1, 1], [4, 64, 8, 8]] {
        let input = Tensor::<4>::random([batch, height, width, channels], Distribution::Normal(0.0, 1.0), &device);
        for input in [input.clone().permute([0, 3, 1, 2]), input.permute([0, 3, 1, 2]) + 0.0] {
            let of = |pool: &dyn Fn(Tensor<4>) -> Tensor<4>| {
                let input = input.clone().detach().require_grad();
                let output = pool(input.clone());
                let gradients = (output.clone() * output.clone().detach().cos()).sum().backward();
                let found = [output.inner(), input.grad(&gradients).unwrap()];
                found.map(|tensor| tensor.try_to_vec_as::<f32>().unwrap())
            };
            let found = of(&|input| average(&input).unwrap());
            let expected = of(&|input| avg_pool2d(input, AvgPoolOptions::new([height, width])));
            assert_close(&found, &expected, 1e-6, &format_args!("{batch} {channels} {height} {width}"));
        }
    }
}
