//! Classes that a device learns from embeddings, in integers: two heads, and how their records are kept.

mod bytes;
mod head;
mod nearest_mean;
mod nearest_neighbours;
mod saved;

pub use head::{Head, LearnError};
pub use nearest_mean::NearestMean;
pub use nearest_neighbours::NearestNeighbours;
pub use saved::{SavedClasses, SavedError};
