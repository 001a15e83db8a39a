//! The networks: encoder, critics, prior discriminator, predictors of the auxiliary tasks, classifier and decoder.

pub mod architecture;
mod coordinate_predictor;
mod critic;
mod crops;
mod decoder;
mod deep_info_max;
mod encoder;
mod export;
mod generator;
mod initialization;
mod mlp;
mod precision;
mod prior_discriminator;

pub use architecture::{Architecture, Layer, Operator, Preset, Source};
pub use coordinate_predictor::CoordinatePredictor;
pub use critic::{
    Concatenate, DotProduct, GlobalCritic, GlobalCriticKind, LastConv, LocalCritic, LocalCriticKind, Residual,
};
pub use decoder::{Decoder, halvings};
pub use deep_info_max::{DeepInfoMax, initialize};
pub use encoder::{Encoder, EncoderOutput, images_to_tensor, real_pixel};
pub use export::{FloatEncoder, FloatFilter};
pub(crate) use generator::seed_alone;
pub use initialization::Initialization;
pub use mlp::Mlp;
pub use precision::Precision;
pub use prior_discriminator::PriorDiscriminator;
