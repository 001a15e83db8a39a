//! Classes that a device learns from embeddings, in integers: two heads, and how their records are kept.

mod bytes;
mod head;
mod judgement;
mod nearest_mean;
mod nearest_neighbours;
mod saved;
mod sums;
mod votes;

pub use dim_link::NAME_BYTES;
pub use head::{Head, LearnError};
pub use judgement::Judgement;
pub use nearest_mean::NearestMean;
pub use nearest_neighbours::NearestNeighbours;
pub use saved::{SavedClasses, SavedError};
pub use sums::{MOST_EXAMPLES, Sums, Tally, nearest_mean};
pub use votes::{Example, Examples, least_telling, vote};
