//! How good a representation is, judged by simple classifiers on frozen features.

mod accuracy;
mod classify;
mod donsker_varadhan;
#[cfg(test)]
mod gaussian;
mod judge;
mod knn;
mod linear_probe;
mod mean;
mod mlp_probe;
mod mutual_information;
mod neural_dependency;
mod paper;
mod prober;
mod reconstruction;
mod representation;
mod rows;
mod schedule;
mod semi_supervised;

pub use accuracy::{Accuracy, TapAccuracies};
pub use judge::Judges;
pub use knn::{NEIGHBOURS, knn_classes, share_of_equal};
pub use linear_probe::{EPOCHS as LINEAR_PROBE_EPOCHS, linear_classes, linear_probe};
pub use mlp_probe::mlp_probe;
pub use mutual_information::{Embedded, Information, mutual_information};
pub use neural_dependency::{neural_dependency, sigmoid};
pub use paper::{
    DependencyMeasure, FineTuning, InformationMeasure, Neighbours, PaperSettings, ReconstructionMeasure, Subject,
};
pub use prober::{Answers, Prober};
pub use reconstruction::{Reconstruction, reconstruct};
pub use representation::{crop_maps, float_embeddings, float_representations};
pub(crate) use rows::to_vec;
pub use schedule::Schedule;
pub use semi_supervised::{LabelledImages, Start, choose_labelled, fine_tune};
