//! The adversarial game that makes embeddings look like samples of the prior.
//!
//! Discriminator and encoder have one loss each, and neither loss moves the other network (Hjelm et al. 2019,
//! equation 7). The game sees what [`Prior::comparable`](crate::settings::Prior::comparable) makes of Y; the mutual
//! information sees raw Y.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};

use super::estimator::mean_softplus;
use crate::device::is_cpu;
use crate::model::PriorDiscriminator;
use crate::settings::Prior;

/// What the discriminator minimizes: `E_prior[sp(-D(v))] + E[sp(D(y))]`, `2 ln 2` for one that cannot tell. No
/// gradient reaches the encoder.
///
/// # Shapes
/// `embedding` and `samples` of the prior `[batch, units]`; the result `[1]`.
pub fn discriminator_loss(
    discriminator: &PriorDiscriminator,
    prior: Prior,
    embedding: &Tensor<2>,
    samples: Tensor<2>,
) -> Tensor<1> {
    let ours = prior.comparable(embedding.clone().detach());
    if is_cpu(&ours.device()) {
        mean_softplus(-discriminator.forward(samples)) + mean_softplus(discriminator.forward(ours))
    } else {
        in_one_pass(discriminator, ours, samples)
    }
}

/// A GPU's time goes with the kernels, and half as many see both.
fn in_one_pass(discriminator: &PriorDiscriminator, ours: Tensor<2>, theirs: Tensor<2>) -> Tensor<1> {
    let [count, _] = ours.dims();
    let signs = TensorData::new([vec![-1.0_f32; count], vec![1.0; count]].concat(), [2 * count, 1]);
    let signs = Tensor::from_data(signs, &ours.device());
    mean_softplus(discriminator.forward(Tensor::cat(vec![theirs, ours], 0)) * signs) * 2.0
}

/// Half the squared slope of the discriminator at samples of the prior and at embeddings, `(E|dD/dv|^2 +
/// E|dD/dy|^2) / 2`, which steadies the game (Mescheder et al. 2018, equation 9). No gradient reaches the encoder.
///
/// # Shapes
/// As for [`discriminator_loss`].
pub fn gradient_penalty(
    discriminator: &PriorDiscriminator,
    prior: Prior,
    embedding: &Tensor<2>,
    samples: Tensor<2>,
) -> Tensor<1> {
    let slope = |input| discriminator.input_gradient(input).square().sum_dim(1).mean();
    (slope(prior.comparable(embedding.clone().detach())) + slope(samples)) / 2.0
}

/// What the encoder minimizes: `E[sp(-D(y))]`, the non-saturating form; `ln 2` where the discriminator cannot tell.
/// No gradient reaches the discriminator.
///
/// # Shapes
/// `embedding` `[batch, units]`; the result `[1]`.
pub fn encoder_prior_loss(discriminator: &PriorDiscriminator, prior: Prior, embedding: Tensor<2>) -> Tensor<1> {
    let judge = discriminator.clone().no_grad();
    mean_softplus(-judge.forward(prior.comparable(embedding)))
}

#[cfg(test)]
mod tests {
    use burn::optim::GradientsParams;
    use burn::tensor::{Device, Distribution};

    use super::*;
    use crate::model::{all_gradients, seed_alone};

    #[test]
    fn one_pass_is_as_good_as_two() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let discriminator = PriorDiscriminator::new(4, &device);
        let [ours, theirs] = [(); 2].map(|()| Tensor::random([6, 4], Distribution::Uniform(0.0, 1.0), &device));
        let numbers = |loss: Tensor<1>| {
            let gradients = GradientsParams::from_grads(loss.backward(), &discriminator);
            let gradients = all_gradients(&discriminator, &gradients);
            assert_eq!(gradients.len(), 6, "weights and biases of three layers");
            [vec![loss.into_scalar::<f32>()], gradients.concat()].concat()
        };
        let two = discriminator_loss(&discriminator, Prior::Gaussian, &ours, theirs.clone());
        let [two, one] = [two, in_one_pass(&discriminator, ours.clone(), theirs)].map(numbers);
        assert!(two.len() > 1000 && two.len() == one.len(), "{}", one.len());
        for (two, one) in two.iter().zip(&one) {
            assert!((two - one).abs() < 1e-6, "{two} {one}");
        }
    }
}
