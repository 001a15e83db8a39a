//! How far an image is from normal ones, cell by cell of its local feature map.
//!
//! Of every cell and channel the normal images `x` give a count `n`, a sum `s` and a sum of squares `q`, and so a mean `s / n`
//! and a variance `v = (n q - s^2) / n^2`. A cell of another image differs by the mean over the channels of
//! `(x - s / n)^2 / (v + 1)`, the squared distance of Mahalanobis with a diagonal covariance (as Defard et al. 2021, PaDiM,
//! with whole ones, cell by cell); the 1 is the square of a code's step, and keeps a channel that never changes from deciding
//! alone. In integers, and in steps of 1/256, it is
//!
//! `score = floor(sum over channels of floor(256 (n x - s)^2 / (n q - s^2 + n^2)) / channels)`.
//!
//! The score of an image is that of the cell that differs most. A workstation computes it with this code.

mod arriving;
mod error;
mod moments;
mod normal_images;
mod saved;
mod summary;
mod threshold;

pub use arriving::{Arriving, PartError};
pub use error::NoveltyError;
pub use moments::{Moments, STEPS};
pub use normal_images::{MOST_IMAGES, NormalImages, Score};
pub use saved::{KeepError, SavedNormal};
pub use threshold::Threshold;
