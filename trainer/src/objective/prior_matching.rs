//! The adversarial game that makes embeddings look like samples of the prior.
//!
//! Discriminator and encoder have one loss each, and neither loss moves the other network (Hjelm et al. 2019,
//! equation 7). The game sees what [`Prior::comparable`](crate::settings::Prior::comparable) makes of Y; the mutual
//! information sees raw Y.

use burn::module::Module;
use burn::tensor::Tensor;

use super::estimator::softplus;
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
    let ours = discriminator.forward(prior.comparable(embedding.clone().detach()));
    let theirs = discriminator.forward(samples);
    softplus(-theirs).mean() + softplus(ours).mean()
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
    softplus(-judge.forward(prior.comparable(embedding))).mean()
}
