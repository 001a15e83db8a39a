//! Encoders as data: one description from which the trained network, its folded export, its calibration
//! and the integer graph are all built.

mod after_feature_map;
mod count;
mod description;
mod extent;
mod graph;
mod layer;
mod names;
mod on_crops;
mod preset;
mod receptive_field;
#[cfg(test)]
mod tests;

pub use description::{DescriptionError, Problem};
pub use extent::Extent;
pub use graph::Architecture;
pub use layer::{Layer, Operator, Source};
pub use on_crops::OnCrops;
pub use preset::Preset;
pub use receptive_field::ReceptiveField;
