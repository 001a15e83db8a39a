//! Image sets in memory, and the readers of the formats that they come in.
//!
//! [`read`] reads a folder and says what there was, [`load`] only reads it, [`embedded`] are the images in this program; [`fetch`] brings folders to read.
//! A [`Augmentations`] draws what a training step sees of an image.

mod augmentation;
mod cifar;
mod classes;
mod dataset;
pub mod embedded;
mod error;
mod exact;
pub mod fetch;
mod folder;
mod found;
mod idx;
mod images;
#[cfg(feature = "fuzzing")]
pub mod in_memory;
mod layout;
mod levels;
mod look;
mod look_text;
mod name;
mod npy;
mod picture;
mod reading;
mod scale;
mod stl10;
#[cfg(test)]
mod tests;

pub use augmentation::{Augmentation, Augmentations, Crop, Strength, Window, moved};
pub use dataset::{Dataset, Labels};
pub use error::{DataError, Origin};
pub use found::Passed;
pub use images::{Images, crop_fits};
pub use layout::{holds_numbers, load, read, read_embedded};
pub use levels::Levels;
pub use look::{ClassCount, ForEncoder, Look};
pub use picture::PictureError;
pub use reading::Reading;
