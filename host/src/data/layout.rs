//! A data set in any of the layouts of docs/DATA.md.

use std::path::Path;

use dim_model_format::Shape;

use super::{DataError, Dataset, cifar, folder, idx, npy, stl10};

/// Whether a folder holds NumPy files, whose bytes need not be pixels.
pub fn holds_numbers(folder: &Path) -> bool {
    npy::is_in(folder)
}

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
