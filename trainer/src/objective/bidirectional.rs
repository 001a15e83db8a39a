//! The adversarial game between images with their embeddings and drawn images with what they were drawn from: BiGAN
//! (Donahue et al. 2017), also found as ALI (Dumoulin et al. 2017).
//!
//! Where the discriminator cannot tell the two kinds of pairs, encoder and generator invert each other. It has one loss and
//! they have another, and neither loss moves the other side.

use burn::module::Module;
use burn::tensor::Tensor;

use super::estimator::mean_softplus;
use crate::model::JointDiscriminator;

/// Images, each with a code.
#[derive(Debug, Clone)]
pub struct CodedImages {
    /// `[batch, channels, height, width]`.
    pub images: Tensor<4>,
    /// `[batch, units]`: embeddings as they are compared with the prior, or samples of it.
    pub codes: Tensor<2>,
}

/// What the discriminator minimizes: `E_x[sp(-D(x, E(x)))] + E_z[sp(D(G(z), z))]`, `2 ln 2` for one that cannot tell
/// (equation 2). No gradient reaches encoder or generator.
///
/// # Shapes
/// The result `[1]`.
pub fn joint_discriminator_loss(
    discriminator: &JointDiscriminator,
    encoded: CodedImages,
    generated: CodedImages,
) -> Tensor<1> {
    let logits = |pairs: CodedImages| discriminator.forward(pairs.images.detach(), pairs.codes.detach());
    mean_softplus(-logits(encoded)) + mean_softplus(logits(generated))
}

/// What encoder and generator minimize together: `E_x[sp(D(x, E(x)))] + E_z[sp(-D(G(z), z))]`, the discriminator's loss
/// with the kinds exchanged, which is the non-saturating form (section 3.4); `2 ln 2` where it cannot tell. No gradient
/// reaches the discriminator.
///
/// # Shapes
/// The result `[1]`.
pub fn bidirectional_loss(
    discriminator: &JointDiscriminator,
    encoded: CodedImages,
    generated: CodedImages,
) -> Tensor<1> {
    let judge = discriminator.clone().no_grad();
    let logits = |pairs: CodedImages| judge.forward(pairs.images, pairs.codes);
    mean_softplus(logits(encoded)) + mean_softplus(-logits(generated))
}

#[cfg(test)]
mod tests {
    use std::f32::consts::LN_2;

    use burn::optim::GradientsParams;
    use burn::tensor::{Device, Distribution};
    use dim_model_format::Shape;

    use super::*;
    use crate::model::seed_alone;

    const SHAPE: Shape = Shape::new(8, 8, 1);

    fn pairs(device: &Device) -> CodedImages {
        CodedImages {
            images: Tensor::random([3, 1, 8, 8], Distribution::Uniform(-1.0, 1.0), device).require_grad(),
            codes: Tensor::random([3, 4], Distribution::Uniform(0.0, 1.0), device).require_grad(),
        }
    }

    fn numbers(logits: Tensor<2>) -> Vec<f64> {
        logits.try_to_vec_as::<f32>().unwrap().into_iter().map(f64::from).collect()
    }

    #[test]
    fn losses_are_those_of_their_logits() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let discriminator = JointDiscriminator::new(SHAPE, 4, &device);
        let [encoded, generated] = [pairs(&device), pairs(&device)];
        let logits = |pairs: &CodedImages| numbers(discriminator.forward(pairs.images.clone(), pairs.codes.clone()));
        // Minus the logarithm of the probability that the discriminator gives to the truth, and to the opposite.
        let surprise = |logits: Vec<f64>, sign: f64| {
            logits.iter().map(|logit| -(1.0 / (1.0 + (-sign * logit).exp())).ln()).sum::<f64>() / 3.0
        };
        let value = |loss: Tensor<1>| f64::from(loss.into_scalar::<f32>());
        let judging = value(joint_discriminator_loss(&discriminator, encoded.clone(), generated.clone()));
        let expected = surprise(logits(&encoded), 1.0) + surprise(logits(&generated), -1.0);
        assert!((judging - expected).abs() < 1e-6, "{judging} {expected}");
        let fooling = value(bidirectional_loss(&discriminator, encoded.clone(), generated.clone()));
        let expected = surprise(logits(&encoded), -1.0) + surprise(logits(&generated), 1.0);
        assert!((fooling - expected).abs() < 1e-6, "{fooling} {expected}");
        // The same loss with the kinds exchanged.
        assert!((value(bidirectional_loss(&discriminator, generated, encoded)) - judging).abs() < 1e-6);
    }

    #[test]
    fn a_discriminator_that_cannot_tell_is_at_twice_ln_2() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let discriminator = JointDiscriminator::new(SHAPE, 4, &device).map(&mut Zeros);
        for loss in [joint_discriminator_loss, bidirectional_loss] {
            let loss = loss(&discriminator, pairs(&device), pairs(&device)).into_scalar::<f32>();
            assert!((loss - 2.0 * LN_2).abs() < 1e-6, "{loss}");
        }
    }

    struct Zeros;

    impl burn::module::ModuleMapper for Zeros {
        fn map_float<const D: usize>(
            &mut self,
            parameter: burn::module::Param<Tensor<D>>,
        ) -> burn::module::Param<Tensor<D>> {
            parameter.map(|value| value * 0.0)
        }
    }

    #[test]
    fn each_loss_moves_its_own_side_only() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let discriminator = JointDiscriminator::new(SHAPE, 4, &device);
        let [encoded, generated] = [pairs(&device), pairs(&device)];
        let reached = |loss: Tensor<1>| {
            let mut gradients = loss.backward();
            let inputs = [&encoded, &generated]
                .map(|pairs| [pairs.images.grad(&gradients).is_some(), pairs.codes.grad(&gradients).is_some()]);
            (inputs, GradientsParams::from_module(&mut gradients, &discriminator).len())
        };
        // One convolution and four layers, each with a bias.
        let judging = joint_discriminator_loss(&discriminator, encoded.clone(), generated.clone());
        assert_eq!(reached(judging), ([[false; 2]; 2], 10));
        let fooling = bidirectional_loss(&discriminator, encoded.clone(), generated.clone());
        assert_eq!(reached(fooling), ([[true; 2]; 2], 0));
    }

    #[test]
    fn encoder_and_generator_go_down_where_finite_differences_do() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let discriminator = JointDiscriminator::new(SHAPE, 4, &device);
        let [encoded, generated] = [pairs(&device), pairs(&device)];
        let gradients = bidirectional_loss(&discriminator, encoded.clone(), generated.clone()).backward();
        let at_code = encoded.codes.grad(&gradients).unwrap();
        let at_image = generated.images.grad(&gradients).unwrap();
        // Along the gradient itself the slope is its squared length.
        let along = |by: f64| {
            let encoded = CodedImages {
                codes: encoded.codes.clone() + Tensor::from_inner(at_code.clone()) * by,
                ..encoded.clone()
            };
            let generated = CodedImages {
                images: generated.images.clone() + Tensor::from_inner(at_image.clone()) * by,
                ..generated.clone()
            };
            f64::from(bidirectional_loss(&discriminator, encoded, generated).into_scalar::<f32>())
        };
        let squared =
            f64::from((at_code.clone().square().sum() + at_image.clone().square().sum()).into_scalar::<f32>());
        let step = 0.01 / squared.sqrt();
        let slope = (along(step) - along(-step)) / (2.0 * step);
        assert!(squared > 0.0 && (slope / squared - 1.0).abs() < 0.02, "{slope} {squared}");
    }
}
