//! Classes that a device learns from embeddings, in integers: three heads, and how their records are kept.

mod bytes;
mod examples;
mod head;
mod judgement;
mod kept_examples;
mod linear;
mod nearest_mean;
mod nearest_neighbours;
mod saved;
mod sums;
mod votes;

pub use dim_link::NAME_BYTES;
pub use examples::Examples;
pub use head::{Head, LearnError, UnlearnError};
pub use judgement::Judgement;
pub use kept_examples::{Classifier, KeptExamples};
pub use linear::{Linear, Weights};
pub use nearest_mean::NearestMean;
pub use nearest_neighbours::{Nearest, NearestNeighbours};
pub use saved::{SavedClasses, SavedError};
pub use sums::{MOST_EXAMPLES, Sums, Tally, nearest_mean};
pub use votes::{Example, ExampleIterator, replaced, vote};
