//! Embeddings in files, each with the identity of the encoder that computed them.
//!
//! Numbers of two encoders cannot be compared, however alike their files look; so what is stored says whose it is, and
//! nothing that reads it takes that on trust. `docs/EMBEDDINGS.md` has the files.

mod features;
mod prototypes;
mod stored;

pub use features::features_from_npy;
pub use prototypes::{ClassMeans, class_means};
pub use stored::{Rows, StoreError, Stored};
