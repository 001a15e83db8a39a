//! Image sets in memory, and the readers of the formats that they come in.
//!
//! [`load`] reads a folder, [`embedded`] the images in this program; [`fetch`] brings folders to read.
//! [`Augmentation`] draws what a training step sees of an image.

mod augmentation;
mod cifar;
mod classes;
mod dataset;
pub mod embedded;
mod error;
pub(crate) mod exact;
pub mod fetch;
pub(crate) mod folder;
pub(crate) mod idx;
mod images;
pub(crate) mod npy;
mod scale;
mod stl10;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use dim_model_format::Shape;

pub use augmentation::{Augmentation, Window};
pub use dataset::{Dataset, Labels};
pub use error::{DataError, Origin};
pub use folder::PictureError;
pub use images::{Images, crop_fits};

/// Reads the data set in a folder, in any of the layouts of docs/DATA.md.
///
/// Only the first `limit` images to learn from are kept, and all of them if it is 0. Pictures in files
/// of their own are brought to the `shape` `[height, width, channels]` of the encoder's input; the other
/// formats keep their own.
///
/// # Errors
/// A folder that is missing or holds no data set; a file that is missing, truncated or not what its
/// name says; labels that do not fit the images or the classes.
pub fn load(folder: &Path, shape: Shape, limit: usize) -> Result<Dataset, DataError> {
    if !folder.exists() {
        return Err(DataError::FolderMissing { path: folder.to_owned() });
    }
    if !folder.is_dir() {
        return Err(DataError::NotAFolder { path: folder.to_owned() });
    }
    let limit = if limit == 0 { usize::MAX } else { limit };
    let mut dataset = if cifar::CIFAR10.is_in(folder) {
        cifar::CIFAR10.load(folder, limit)?
    } else if cifar::CIFAR100.is_in(folder) {
        cifar::CIFAR100.load(folder, limit)?
    } else if stl10::is_in(folder) {
        stl10::load(folder, limit, stl10::COUNTS)?
    } else if idx::is_in(folder) {
        idx::load(folder)?
    } else if npy::is_in(folder) {
        npy::load(folder)?
    } else if folder::is_in(folder) {
        folder::load(folder, shape, limit)?
    } else {
        return Err(DataError::NotADataset { path: folder.to_owned() });
    };
    dataset.limit_training(limit);
    Ok(dataset)
}

/// Whether a folder holds NumPy files, whose bytes need not be pixels.
pub fn holds_numbers(folder: &Path) -> bool {
    npy::is_in(folder)
}

/// Name of the folder itself, in lower case, also if the path is `.` or ends in `..`.
fn folder_name(folder: &Path) -> String {
    let whole: PathBuf = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().to_lowercase())
}
