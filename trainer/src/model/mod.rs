//! The networks: encoder, critic and prior discriminator.

mod architecture;
mod critic;
mod deep_info_max;
mod encoder;
mod export;
mod prior_discriminator;

pub use architecture::{Architecture, Layer, Preset};
pub use critic::{CriticBranch, LocalCritic};
pub use deep_info_max::{DeepInfoMax, initialize};
pub use encoder::{Encoder, EncoderOutput, images_to_tensor};
pub use export::{FloatEncoder, FloatLayer, FloatOperator};
pub use prior_discriminator::PriorDiscriminator;
