//! Accuracies of classifiers on frozen features, with everything that is needed to obtain them again.

use serde::{Deserialize, Serialize};

use super::confusion::Confusion;

/// What reads the class out of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Classifier {
    /// Linear, trained with softmax and cross-entropy.
    Softmax,
    /// Linear, trained with the squared hinge.
    Svm,
    /// One hidden layer of 200 units.
    Mlp,
    /// Majority of the ten nearest by cosine.
    Knn,
}

impl Classifier {
    /// Key of its accuracy in `--json`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Softmax => "linear",
            Self::Svm => "svm",
            Self::Mlp => "mlp",
            Self::Knn => "knn",
        }
    }

    /// Heading of its column.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Softmax => "linear",
            Self::Svm => "SVM",
            Self::Mlp => "MLP",
            Self::Knn => "k-NN",
        }
    }
}

/// Test accuracy of one classifier on one kind of features.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measurement {
    /// Whose: `trained`, `untrained` or `raw_pixels`.
    pub features: &'static str,
    /// Where they are taken: `conv`, `fc`, `embedding`, `feature_map`; `pixels` of raw pixels.
    pub tap: &'static str,
    /// Numbers of one image.
    pub width: usize,
    /// What read the class.
    pub classifier: Classifier,
    /// Mean over the runs, 0 to 1.
    pub accuracy: f64,
    /// Standard deviation over the runs (n - 1); 0 of one run.
    pub deviation: f64,
    /// Number of runs.
    pub runs: usize,
    /// Of the first run; the others have the next ones.
    pub seed: u64,
    /// Passes over the training rows, the most of any run; 0 of k-NN, which does not learn.
    pub epochs: usize,
    /// Number of last epochs whose accuracies each run averages.
    pub averaged_epochs: usize,
    /// Accuracy averaged over the classes, in the first run; `null` of classifiers that only count what they got right.
    pub mean_over_classes: Option<f64>,
    /// What the first run took for what, at the embedding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Confusion>,
}
