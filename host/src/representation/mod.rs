//! What an encoder says of many images: computing it as the device does, and looking at it without learning anything
//! that needs burn.

mod confusion;
#[cfg(feature = "map")]
mod embedding_map;
mod encode;
mod features;
mod measurement;
mod neighbours;
mod similarity;
mod structural_similarity;
mod support_vector;
mod views;

pub use confusion::Confusion;
#[cfg(feature = "map")]
pub use embedding_map::embedding_map;
pub use encode::{Representations, TAPS, encode_all, int8_representations, raw_pixels, real, real_value, real_values};
pub use features::{Features, Labelled, Standardization};
pub use measurement::{Classifier, Measurement};
pub use neighbours::nearest;
pub use similarity::{cosine, similarity_map};
pub use structural_similarity::{DYNAMIC_RANGE, ms_ssim, scale_weights, ssim};
pub use support_vector::{SupportVectorOutcome, support_vector};
pub use views::{Views, mean_embeddings};
