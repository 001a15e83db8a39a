//! The Deep `InfoMax` objective as pure functions on tensors.
//!
//! `beta * local + gamma * prior` is minimized (Hjelm et al. 2019, equation 8, with `alpha = 0`).

mod jensen_shannon;
mod prior_matching;

pub use jensen_shannon::jensen_shannon;
pub use prior_matching::{discriminator_loss, encoder_prior_loss};
