//! The Deep `InfoMax` objective, and those of the methods it is compared with, as pure functions on tensors.
//!
//! `alpha * global + beta * local + gamma * prior` is minimized (Hjelm et al. 2019, equation 8). Formulas, options and
//! sources are in `docs/OBJECTIVES.md`, those of the other methods in `docs/BASELINES.md`.

mod bidirectional;
mod classification;
mod contrast;
mod coordinates;
mod estimator;
mod gaussian_moments;
mod gaussian_posterior;
mod monitor;
mod noise_as_targets;
mod noise_injection;
mod occlusion;
mod optimal_assignment;
mod predictive_coding;
mod prior;
mod prior_matching;
mod reconstruction;
mod scores;

pub use bidirectional::{CodedImages, bidirectional_loss, joint_discriminator_loss};
pub use classification::{accuracy, cross_entropy};
pub use contrast::{Contrast, Contrasted};
pub use coordinates::{absolute_coordinates, relative_coordinates};
pub use gaussian_moments::{moments, sketch};
pub use gaussian_posterior::GaussianPosterior;
pub use monitor::{Monitor, alignment};
pub use noise_as_targets::{normalized, target_distance};
pub use noise_injection::with_noise;
pub use occlusion::{Rectangle, occlude};
pub use optimal_assignment::optimal_assignment;
pub use predictive_coding::predictive_coding;
pub use prior_matching::{discriminator_loss, encoder_prior_loss, gradient_penalty};
pub use reconstruction::{gaussian_likelihood, squared_error};
pub use scores::{Pairs, Scores};
