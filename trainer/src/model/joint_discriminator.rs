//! The adversary that tells images with their embeddings from drawn images with what they were drawn from.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::leaky_relu;
use burn::tensor::{Device, Tensor};
use dim_model_format::Shape;

use super::convolve::convolve;
use super::halvings;
use crate::fused::linear;

/// Channels of the first convolution; each one after it has twice as many.
const FIRST_CHANNELS: usize = 64;
/// Most channels of a map.
const MOST_CHANNELS: usize = 512;
/// Numbers that describe an image, and as many a code.
const DESCRIPTION: usize = 512;
/// Units of the hidden layer above both.
const HIDDEN_UNITS: usize = 1024;
/// Slope of the activations below 0.
const SLOPE: f64 = 0.2;

/// Convolutions (kernel 4, stride 2, padding 1) of 64, 128, … channels down to 7 pixels or less, as the paper's encoders
/// have them, and a fully connected layer describe the image by 512 numbers; another layer describes the code by 512; both
/// together pass 1024 units to one logit. Leaky `ReLU` of 0.2 and, so that each pair is judged by itself, no batch
/// normalization. A joint discriminator of this form is Donahue et al. 2017's; its sizes are ours.
#[derive(Module, Debug)]
pub struct JointDiscriminator {
    convolutions: Vec<Conv2d>,
    image: Linear,
    code: Linear,
    hidden: Linear,
    logit: Linear,
}

impl JointDiscriminator {
    /// Random weights for images of `shape` with codes of `units` numbers.
    pub fn new(shape: Shape, units: usize, device: &Device) -> Self {
        let count = halvings(shape);
        let channels = |halved: usize| match halved {
            0 => usize::from(shape.channels),
            _ => (FIRST_CHANNELS << (halved - 1)).min(MOST_CHANNELS),
        };
        // An axis of one row or column stays, as those of signals do.
        let sides = |halved: usize| [shape.height, shape.width].map(|side| (usize::from(side) >> halved).max(1));
        let halve = |halved: usize| {
            let [kernel, stride, padding] =
                [[4, 1], [2, 1], [1, 0]].map(|[many, one]| sides(halved).map(|side| if side > 1 { many } else { one }));
            let [rows, columns] = padding;
            Conv2dConfig::new([channels(halved), channels(halved + 1)], kernel)
                .with_stride(stride)
                .with_padding(PaddingConfig2d::Explicit(rows, columns, rows, columns))
                .init(device)
        };
        let [height, width] = sides(count);
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self {
            convolutions: (0..count).map(halve).collect(),
            image: linear(channels(count) * height * width, DESCRIPTION),
            code: linear(units, DESCRIPTION),
            hidden: linear(2 * DESCRIPTION, HIDDEN_UNITS),
            logit: linear(HIDDEN_UNITS, 1),
        }
    }

    /// Logits, positive for images with their embeddings.
    ///
    /// # Shapes
    /// `images` `[batch, channels, height, width]`, `codes` `[batch, units]`; the result `[batch, 1]`.
    pub fn forward(&self, images: Tensor<4>, codes: Tensor<2>) -> Tensor<2> {
        let map = self.convolutions.iter().fold(images, |map, layer| leaky_relu(convolve(layer, map), SLOPE));
        let image = leaky_relu(linear(&self.image, map.flatten::<2>(1, 3)), SLOPE);
        let code = leaky_relu(linear(&self.code, codes), SLOPE);
        let hidden = linear(&self.hidden, Tensor::cat(vec![image, code], 1));
        linear(&self.logit, leaky_relu(hidden, SLOPE))
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;

    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn its_convolutions_are_those_of_the_papers_encoders() {
        let device = Device::flex();
        for (shape, expected) in [
            (Shape::new(28, 28, 1), vec![[1, 64], [64, 128]]),
            (Shape::new(32, 32, 3), vec![[3, 64], [64, 128], [128, 256]]),
            (Shape::new(64, 64, 3), vec![[3, 64], [64, 128], [128, 256], [256, 512]]),
            (Shape::new(1, 28, 2), vec![[2, 64], [64, 128]]),
            (Shape::new(29, 3, 1), vec![[1, 64], [64, 128], [128, 256]]),
        ] {
            let _alone = seed_alone(&device, 0);
            let discriminator = JointDiscriminator::new(shape, 64, &device);
            let found: Vec<[usize; 2]> = discriminator
                .convolutions
                .iter()
                .map(|layer| layer.weight.dims())
                .map(|[to, from, ..]| [from, to])
                .collect();
            assert_eq!(found, expected);
            let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
            let images = Tensor::zeros([2, channels, height, width], &device);
            assert_eq!(discriminator.forward(images, Tensor::zeros([2, 64], &device)).dims(), [2, 1]);
        }
    }

    /// Each half of a pair moves its logit and no other's.
    #[test]
    fn a_pair_is_judged_by_both_halves_and_by_itself() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let discriminator = JointDiscriminator::new(Shape::new(28, 28, 1), 5, &device);
        let images = Tensor::<4>::random([3, 1, 28, 28], Distribution::Uniform(-1.0, 1.0), &device);
        let codes = Tensor::<2>::random([3, 5], Distribution::Uniform(0.0, 1.0), &device);
        let logits = |images: &Tensor<4>, codes: &Tensor<2>| {
            discriminator.forward(images.clone(), codes.clone()).try_to_vec_as::<f32>().unwrap()
        };
        let whole = logits(&images, &codes);
        let other_images =
            images.clone().slice_assign([1..2, 0..1, 0..28, 0..28], Tensor::zeros([1, 1, 28, 28], &device));
        let other_codes = codes.clone().slice_assign([1..2, 0..5], Tensor::zeros([1, 5], &device));
        for moved in [logits(&other_images, &codes), logits(&images, &other_codes)] {
            for (index, (logit, moved)) in whole.iter().zip(moved).enumerate() {
                assert_eq!((logit - moved).abs() > 1e-5, index == 1, "{index}: {logit} {moved}");
            }
        }
    }
}
