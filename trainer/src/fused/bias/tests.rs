//! burn's addition is the oracle: values and gradients.

use burn::tensor::{Device, Distribution};

use super::*;
use crate::fused::closeness::assert_close;
use crate::model::seed_alone;

#[test]
fn equal_to_burns_whatever_lies_last_in_memory() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let random = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let bias = Tensor::<1>::random([37], Distribution::Normal(0.0, 1.0), &device);
    for input in [random([5, 37, 9, 30]), random([5, 9, 30, 37]).permute([0, 3, 1, 2]), random([70, 37, 1, 1])] {
        let of = |add: &dyn Fn(Tensor<4>, &Tensor<1>) -> Tensor<4>| {
            let (input, bias) = (input.clone().detach().require_grad(), bias.clone().detach().require_grad());
            let output = add(input.clone(), &bias);
            let gradients = (output.clone() * output.clone().detach().cos()).sum().backward();
            let at_bias = bias.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
            let tensors = [output.inner(), input.grad(&gradients).unwrap()];
            let [output, at_input] = tensors.map(|tensor| tensor.try_to_vec_as::<f32>().unwrap());
            [output, at_input, at_bias]
        };
        let expected = of(&|input, bias| input + bias.clone().unsqueeze_dims(&[0, 2, 3]));
        assert_close(&of(&add_bias), &expected, 1e-5, &format_args!("{:?}", input.dims()));
    }
}
