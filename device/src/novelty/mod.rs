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
//!
//! An encoder whose file has the critic of Deep InfoMax is judged by it: the critic makes vectors of each cell `c` and of an
//! embedding `y`, and how well the two go together is their cosine. Of the normal images, up to [`REFERENCES`] embeddings `y'`
//! are kept, drawn evenly. A cell scores by how much better the image's own embedding explains it than any normal image's does,
//!
//! `score = 65536 max(0, 1 + cos(y, c) - max over y' of cos(y', c))`,
//!
//! in integers that [`NormalImages::scores`] computes: the information between embedding and cell, as infoNCE estimates it
//! (Hjelm et al. 2019), with normal images in place of others and the largest of them in place of their mean.

mod arriving;
mod error;
mod moments;
mod normal_images;
mod references;
mod saved;
mod seen;
mod summary;
mod threshold;

pub use arriving::{Arriving, PartError};
pub use error::NoveltyError;
pub use moments::{Moments, STEPS};
pub use normal_images::{MOST_IMAGES, NormalImages, Score};
pub use saved::{KeepError, SavedNormal};
pub use seen::{Judge, REFERENCES, Seen};
pub use threshold::Threshold;
