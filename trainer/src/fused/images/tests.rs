//! burn's operators are the oracle: values, and gradients at maps that several layers read.

use burn::tensor::{Device, Distribution};
use dim_model_format::Window;

use super::*;
use crate::fused::closeness::assert_close;
use crate::fused::{convolution, relu_of_sum};
use crate::model::seed_alone;

#[test]
fn gradients_of_all_readers_are_added() {
    let device = Device::flex().autodiff();
    let _alone = seed_alone(&device, 0);
    let random = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device);
    let (maps, weight) = (random([6, 5, 7, 3]).permute([0, 3, 1, 2]), random([3, 3, 3, 3]));
    let window = Window::square(3, 1, 1);
    let of = |narrow: &dyn Fn(Tensor<4>, usize, usize) -> Tensor<4>| {
        let maps = maps.clone().detach().require_grad();
        // A map that is computed, and is read by a layer, by a shortcut, by two views and by burn itself.
        let inner = maps.clone() * 2.0;
        let convolved = convolution(&inner, &weight, window).unwrap();
        let joined = relu_of_sum(convolved, inner.clone());
        let [first, second] = [narrow(inner.clone(), 0, 2), narrow(inner.clone(), 2, 4)];
        let parts = [first.clone().sin().sum(), second.clone().cos().sum(), joined.sum(), inner.square().sum()];
        let loss = parts.into_iter().reduce(|sum, part| sum + part).unwrap();
        let gradients = loss.backward();
        [first.inner(), second.inner(), maps.grad(&gradients).unwrap()]
            .map(|tensor| tensor.try_to_vec_as::<f32>().unwrap())
    };
    let expected = of(&|maps, first, count| maps.narrow(0, first, count));
    assert_close(&of(&narrow_images), &expected, 1e-5, &"maps");
}

#[test]
fn images_that_nobody_reads_have_no_gradient() {
    let device = Device::flex().autodiff();
    let maps = Tensor::<4>::ones([3, 2, 1, 1], &device).require_grad();
    let gradients = narrow_images(maps.clone(), 1, 1).sum().backward();
    let found = maps.grad(&gradients).unwrap().try_to_vec_as::<f32>().unwrap();
    assert_eq!(found, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
}
