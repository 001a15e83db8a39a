//! The run folder, and what begins one beside training from the start.

mod clustered;
mod critic;
mod dataset_info;
mod embeddings;
mod encoder_weights;
mod epochs_done;
mod fine_tune;
mod fine_tuning;
mod fits;
mod folder;
mod import;
mod imported;
mod provenance;
mod taught_by;
mod teacher;

pub use clustered::Clustered;
pub use dataset_info::DatasetInfo;
pub use encoder_weights::EncoderWeights;
pub use epochs_done::EpochsDone;
pub use fine_tuning::FineTuning;
pub use folder::Run;
pub use imported::Imported;
pub use taught_by::TaughtBy;
