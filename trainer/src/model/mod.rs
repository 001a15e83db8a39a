//! The networks: encoder, critics, discriminators, predictors of the auxiliary tasks, and what the other methods learn with.

mod convolve;
mod coordinate_predictor;
mod critic;
mod crops;
mod decoder;
mod deep_info_max;
mod dense;
mod discriminator;
mod encoder;
mod export;
mod generator;
#[cfg(test)]
mod gradients;
mod images;
mod import;
mod initialization;
mod joint_discriminator;
mod mlp;
mod precision;
mod prior_discriminator;
mod row_predictor;
mod straight_through;
mod whitening;

pub(crate) use convolve::convolve;
pub use coordinate_predictor::CoordinatePredictor;
pub use critic::{
    Comparison, Concatenate, Critic, DotProduct, Encoded, FloatBranch, FloatCritic, GlobalCritic, LastConv,
    LocalCritic, Residual, TeacherCritic, ViewCritic,
};
pub use decoder::{Decoder, halvings};
pub use deep_info_max::{DeepInfoMax, initialize};
pub use discriminator::Discriminator;
pub use encoder::{Encoder, EncoderOutput};
pub use export::{FloatEncoder, FloatFilter};
pub(crate) use generator::seed_alone;
#[cfg(test)]
pub(crate) use gradients::all_gradients;
pub use images::{images_to_tensor, real_pixel};
pub use import::{Behind, LayerNumbers};
pub use joint_discriminator::JointDiscriminator;
pub use mlp::Mlp;
pub use prior_discriminator::PriorDiscriminator;
pub use row_predictor::RowPredictor;
pub use straight_through::GivenOutput;
pub(crate) use whitening::Whitening;
