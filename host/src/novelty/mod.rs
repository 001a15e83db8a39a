//! What is unlike normal images, in the integers of a device: learned and judged on a workstation with dim-device's own code,
//! kept in a file, and compared with what the same statistic says of embeddings and of pixels, and the critic of all.

mod area;
mod comparison;
mod features;
mod file;
mod normality;
mod statistics;

pub use dim_device::novelty::{Judge, Seen};

pub use area::area_under_curve;
pub use comparison::{Areas, Comparison};
pub use features::{Feature, Maps, maps};
pub use file::FileError;
pub use normality::{Normality, NormalityError};
pub use statistics::{Judged, LearnError, Statistics, in_ones, is_of_threshold};
