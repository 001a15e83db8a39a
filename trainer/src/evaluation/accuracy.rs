//! What probes find at each tap.

use dim_host::representation::TAPS;
use serde::{Deserialize, Serialize};

/// Accuracies of one tap, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// Softmax classifier on standardized features.
    pub linear: f64,
    /// Majority of the ten nearest by cosine.
    pub knn: f64,
}

/// Accuracies at every tap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TapAccuracies {
    /// Last convolution.
    pub conv: Accuracy,
    /// Last hidden fully connected layer.
    pub fc: Accuracy,
    /// The global representation Y.
    pub embedding: Accuracy,
}

impl TapAccuracies {
    /// Name and accuracies of each tap.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Accuracy)> {
        TAPS.map(|tap| tap.name()).into_iter().zip([self.conv, self.fc, self.embedding])
    }
}
