//! The JSON of `dim evaluate --json`.

use std::collections::BTreeMap;

use dim_host::representation::Measurement;
use dim_trainer::evaluation::{DependencyMeasure, FineTuning, InformationMeasure, Neighbours, ReconstructionMeasure};
use dim_trainer::training::EncoderWeights;
use serde::Serialize;

/// Accuracy, 0 to 1, by the key of the classifier.
pub(super) type Accuracies = BTreeMap<&'static str, f64>;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
pub(super) struct Evaluation {
    pub(super) dataset: String,
    pub(super) encoder: String,
    pub(super) objective: String,
    /// Whole passes that the checkpoint is behind.
    pub(super) epochs: usize,
    /// Steps of the pass after them.
    pub(super) unfinished_epoch_steps: usize,
    pub(super) planned_epochs: usize,
    /// The same in words.
    #[serde(skip)]
    pub(super) training: String,
    /// Which of the run's weights: `whitened`, `average` or `last`.
    pub(super) encoder_weights: EncoderWeights,
    pub(super) seed: u64,
    pub(super) train_images: usize,
    pub(super) test_images: usize,
    /// Share of the test images in the largest class, 0 to 1: what always answering it would score.
    pub(super) largest_class_share: f64,
    pub(super) linear_probe_epochs: usize,
    pub(super) knn_neighbours: usize,
    pub(super) taps: BTreeMap<&'static str, Accuracies>,
    pub(super) untrained: BTreeMap<&'static str, Accuracies>,
    pub(super) raw_pixels: Accuracies,
    pub(super) measurements: Vec<Measurement>,
    #[serde(flatten)]
    pub(super) paper: Option<Paper>,
}

/// What the paper suite adds.
#[derive(Debug, Serialize)]
pub(super) struct Paper {
    pub(super) fine_tuning: FineTuning,
    pub(super) reconstruction: ReconstructionMeasure,
    pub(super) mutual_information: InformationMeasure,
    pub(super) neural_dependency: DependencyMeasure,
    pub(super) neighbours: Vec<Neighbours>,
}
