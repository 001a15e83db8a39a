//! The network that learns against the encoder.

use burn::module::Module;

use super::{JointDiscriminator, PriorDiscriminator};

/// The adversary of a run, which learns alone, along a loss of its own; where the method has no game it stays as drawn.
#[derive(Module, Debug)]
pub enum Discriminator {
    /// Tells samples of the prior from embeddings.
    Prior(PriorDiscriminator),
    /// Tells images with their embeddings from drawn images with what they were drawn from.
    Joint(JointDiscriminator),
}
