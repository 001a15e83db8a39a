//! The networks: encoder, critics, prior discriminator and predictors of the auxiliary tasks.

mod architecture;
mod coordinate_predictor;
mod critic;
mod deep_info_max;
mod encoder;
mod export;
mod initialization;
mod prior_discriminator;

pub use architecture::{Architecture, Layer, Preset};
pub use coordinate_predictor::CoordinatePredictor;
pub use critic::{
    Concatenate, DotProduct, GlobalCritic, GlobalCriticKind, LastConv, LocalCritic, LocalCriticKind, Residual,
};
pub use deep_info_max::{DeepInfoMax, initialize};
pub use encoder::{Encoder, EncoderOutput, images_to_tensor, real_pixel};
pub use export::{FloatEncoder, FloatLayer, FloatOperator};
pub use initialization::Initialization;
pub use prior_discriminator::PriorDiscriminator;
