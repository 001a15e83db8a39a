//! A depthwise convolution as a dense one, for GPUs.

use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

/// The same convolution with the filter of each channel among zeros for all others. burn sums the gradient of a depthwise
/// filter by a convolution for every channel, hundreds of launches in an encoder, where the dense one is a single product of
/// matrices, which is small for a GPU.
pub(super) fn dense(depthwise: &Conv2d) -> Conv2d {
    let mut dense = depthwise.clone();
    dense.weight = dense.weight.map(among_zeros);
    dense.groups = 1;
    dense
}

/// `[channels, 1, height, width]` to `[channels, channels, height, width]`.
fn among_zeros(weight: Tensor<4>) -> Tensor<4> {
    let [channels, ..] = weight.dims();
    let own: Tensor<4> = Tensor::<2>::eye(channels, &weight.device()).unsqueeze_dims(&[2, 3]);
    weight * own
}

#[cfg(test)]
mod tests {
    use burn::nn::PaddingConfig2d;
    use burn::nn::conv::Conv2dConfig;
    use burn::optim::GradientsParams;
    use burn::tensor::{Device, Distribution};

    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn output_and_gradients_are_those_of_the_depthwise_one() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let padding = PaddingConfig2d::Explicit(1, 1, 0, 1);
        let config = Conv2dConfig::new([6, 6], [3, 2]).with_groups(6).with_stride([2, 1]).with_padding(padding);
        let depthwise = config.init(&device);
        let input = Tensor::<4>::random([3, 6, 7, 5], Distribution::Normal(0.0, 1.0), &device);
        let found = [depthwise.clone(), dense(&depthwise)].map(|layer| {
            let input = input.clone().require_grad();
            let output = layer.forward(input.clone());
            let mut gradients = (output.clone() * output.clone().detach().cos()).sum().backward();
            let at_input = input.grad_remove(&mut gradients).unwrap();
            let of_layer = GradientsParams::from_grads(gradients, &depthwise);
            let at_weight = of_layer.get::<4>(depthwise.weight.id).unwrap();
            [output.inner(), at_input, at_weight].map(|tensor| tensor.try_to_vec_as::<f32>().unwrap())
        });
        for (expected, found) in found[0].iter().zip(&found[1]) {
            assert_eq!(expected.len(), found.len());
            assert!(expected.iter().zip(found).all(|(a, b)| (a - b).abs() < 1e-4));
        }
    }
}
