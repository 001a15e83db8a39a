//! A data set in any of the layouts of docs/DATA.md.

use std::path::Path;

use dim_model_format::Shape;

use super::found::Found;
use super::look::Look;
use super::reading::Reading;
use super::{DataError, Dataset, cifar, embedded, folder, idx, npy, stl10};

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
/// As [`read`].
pub fn load(folder: &Path, shape: Shape, limit: usize) -> Result<Dataset, DataError> {
    read(folder, &Reading { limit, ..Reading::of(shape) }).map(|(dataset, _)| dataset)
}

/// Reads the data set in a folder, in any of the layouts of docs/DATA.md, and says what there was.
///
/// # Errors
/// A folder that is missing or holds no data set; a file that is missing, truncated or not what its
/// name says; labels that do not fit the images or the classes; values that need levels.
pub fn read(folder: &Path, reading: &Reading) -> Result<(Dataset, Look), DataError> {
    if !folder.exists() {
        return Err(DataError::FolderMissing { path: folder.to_owned() });
    }
    if !folder.is_dir() {
        return Err(DataError::NotAFolder { path: folder.to_owned() });
    }
    let limit = reading.most();
    let (dataset, found) = if cifar::CIFAR10.is_in(folder) {
        (cifar::CIFAR10.load(folder, limit)?, Found::of("CIFAR-10, binary version", "test_batch.bin"))
    } else if cifar::CIFAR100.is_in(folder) {
        (cifar::CIFAR100.load(folder, limit)?, Found::of("CIFAR-100, binary version", "test.bin"))
    } else if stl10::is_in(folder) {
        (stl10::load(folder, limit, stl10::COUNTS)?, Found::of("STL-10, binary version", "test_X.bin"))
    } else if idx::is_in(folder) {
        (idx::load(folder)?, Found::of("IDX files", "t10k-images-idx3-ubyte"))
    } else if npy::is_in(folder) {
        return Ok(finish(npy::load(folder, reading)?, reading));
    } else if folder::is_in(folder) {
        return Ok(finish(folder::load(folder, reading)?, reading));
    } else if let Some(path) = npy::archive(folder) {
        return Err(DataError::Archive { path });
    } else {
        return Err(DataError::NotADataset { path: folder.to_owned() });
    };
    Ok(finish((with_levels(dataset, reading), found), reading))
}

/// The images that the program carries, read in the same way.
///
/// # Errors
/// Only if the program itself is damaged.
pub fn read_embedded(reading: &Reading) -> Result<(Dataset, Look), DataError> {
    let found = Found::of("embedded in the program", "test images");
    Ok(finish((with_levels(embedded::fashion_mnist_subset()?, reading), found), reading))
}

/// Bytes of a format that has nothing else.
fn with_levels(dataset: Dataset, reading: &Reading) -> Dataset {
    match reading.levels {
        Some(levels) => dataset.with_levels(levels),
        None => dataset,
    }
}

fn finish((mut dataset, found): (Dataset, Found), reading: &Reading) -> (Dataset, Look) {
    dataset.limit_training(reading.most());
    let look = Look::at(&dataset, found, reading.shape);
    (dataset, look)
}
