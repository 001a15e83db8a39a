//! What stays of a data set in a run folder.

use dim_host::data::Dataset;
use serde::{Deserialize, Serialize};

/// What a run was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// Name of the data set.
    pub name: String,
    /// Name of each class.
    pub classes: Vec<String>,
    /// Images trained on, with classes and without.
    pub train_images: usize,
    /// `[height, width, channels]`.
    pub shape: [u16; 3],
    /// See [`Dataset::fingerprint`].
    pub fingerprint: String,
}

impl DatasetInfo {
    /// Of a data set in memory.
    pub fn of(dataset: &Dataset) -> Self {
        let shape = dataset.train.shape;
        Self {
            name: dataset.name.clone(),
            classes: dataset.classes.clone(),
            train_images: dataset.training_len(),
            shape: [shape.height, shape.width, shape.channels],
            fingerprint: dataset.fingerprint(),
        }
    }
}
