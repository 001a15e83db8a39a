//! Classes that a device learns from embeddings, in integers: three heads, and how their records are kept.

mod bytes;
mod examples;
mod head;
mod kept_examples;
mod linear;
mod nearest_mean;
mod nearest_neighbours;
mod saved;

pub use examples::Examples;
pub use head::{Head, LearnError, UnlearnError};
pub use kept_examples::{Classifier, KeptExamples};
pub use linear::{Linear, Weights};
pub use nearest_mean::NearestMean;
pub use nearest_neighbours::{Nearest, NearestNeighbours};
pub use saved::{SavedClasses, SavedError};
