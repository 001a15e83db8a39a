//! The adversarial game that makes embeddings look like samples of the prior, uniform on `[0, 1]^units`.
//!
//! Discriminator and encoder have one loss each, and neither loss moves the other network
//! (Hjelm et al. 2019, equation 7). The game sees `sigmoid(Y)`; the mutual information sees raw Y.

use burn::module::Module;
use burn::tensor::Tensor;
use burn::tensor::activation::{sigmoid, softplus};

use crate::model::PriorDiscriminator;

/// What the discriminator minimizes: `E_prior[sp(-D(v))] + E[sp(D(sigmoid(Y)))]`, `2 ln 2` for one that
/// cannot tell. No gradient reaches the encoder.
///
/// # Shapes
/// `embedding` and `prior` `[batch, units]`, `prior` in `[0, 1]`; the result `[1]`.
pub fn discriminator_loss(discriminator: &PriorDiscriminator, embedding: &Tensor<2>, prior: Tensor<2>) -> Tensor<1> {
    let ours = discriminator.forward(sigmoid(embedding.clone().detach()));
    let theirs = discriminator.forward(prior);
    softplus(-theirs, 1.0).mean() + softplus(ours, 1.0).mean()
}

/// What the encoder minimizes: `E[sp(-D(sigmoid(Y)))]`, the non-saturating form. No gradient reaches
/// the discriminator.
///
/// # Shapes
/// `embedding` `[batch, units]`; the result `[1]`.
pub fn encoder_prior_loss(discriminator: &PriorDiscriminator, embedding: Tensor<2>) -> Tensor<1> {
    let judge = discriminator.clone().no_grad();
    softplus(-judge.forward(sigmoid(embedding)), 1.0).mean()
}
