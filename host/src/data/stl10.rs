//! STL-10, binary version: 3 planes of 96x96 pixels an image, each plane column after column.
//!
//! | file | holds |
//! |---|---|
//! | `train_X.bin`, `train_y.bin` | 5,000 images and their labels, 1 to 10 |
//! | `unlabeled_X.bin` | 100,000 images of these and other classes |
//! | `test_X.bin`, `test_y.bin` | 8,000 images and their labels, 1 to 10 |

use std::path::Path;

use dim_model_format::Shape;
use rayon::prelude::*;

use super::error::Origin;
use super::{DataError, Dataset, Images, classes, exact};

const SIDE: usize = 96;
const SHAPE: Shape = Shape::new(96, 96, 3);
const IMAGE: usize = 3 * SIDE * SIDE;
const CLASSES: &str = "airplane bird car cat deer dog horse monkey ship truck";
const ARCHIVE: Origin = Origin::Archive("stl10_binary.tar.gz");

/// Images in each file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) train: u64,
    pub(super) unlabelled: u64,
    pub(super) test: u64,
}

/// Those of the official archive.
pub(super) const COUNTS: Counts = Counts { train: 5_000, unlabelled: 100_000, test: 8_000 };

/// Whether the folder holds any file of images of STL-10.
pub(super) fn is_in(folder: &Path) -> bool {
    ["train_X.bin", "unlabeled_X.bin", "test_X.bin"].iter().any(|name| folder.join(name).is_file())
}

/// Reads the first `limit` images to learn from, those with classes first, and every test image.
pub(super) fn load(folder: &Path, limit: usize, counts: Counts) -> Result<Dataset, DataError> {
    let split = |name: &str, count: u64, limit: usize| {
        let pixels = read_pixels(&folder.join(format!("{name}_X.bin")), count, limit)?;
        let labels = read_labels(&folder.join(format!("{name}_y.bin")), count, limit)?;
        Ok(Images { shape: SHAPE, pixels, labels: Some(labels) })
    };
    let train = split("train", counts.train, limit)?;
    let left = limit - train.len();
    let unlabelled = read_pixels(&folder.join("unlabeled_X.bin"), counts.unlabelled, left)?;
    Ok(Dataset {
        name: "stl10".to_owned(),
        classes: classes::names(&folder.join("class_names.txt"), CLASSES)?,
        train,
        unlabelled: Images { shape: SHAPE, pixels: unlabelled, labels: None },
        test: split("test", counts.test, usize::MAX)?,
    })
}

fn read_pixels(path: &Path, count: u64, limit: usize) -> Result<Vec<u8>, DataError> {
    let mut pixels = read_first(path, count, limit, IMAGE)?;
    pixels.par_chunks_exact_mut(IMAGE).for_each_init(
        || [0; IMAGE],
        |planes, image| {
            planes.copy_from_slice(image);
            for (at, pixel) in image.as_chunks_mut().0.iter_mut().enumerate() {
                let (row, column) = (at / SIDE, at % SIDE);
                *pixel = [0, 1, 2].map(|color| planes[(color * SIDE + column) * SIDE + row]);
            }
        },
    );
    Ok(pixels)
}

/// In the file from 1, in memory from 0.
fn read_labels(path: &Path, count: u64, limit: usize) -> Result<Vec<u8>, DataError> {
    let labels = read_first(path, count, limit, 1)?;
    if let Some(index) = labels.iter().position(|label| !(1..=10).contains(label)) {
        let found = i64::from(labels[index]);
        return Err(DataError::Label { path: path.to_owned(), index, found, expected: 1..=10 });
    }
    Ok(labels.iter().map(|label| label - 1).collect())
}

/// Reads at most `limit` of the `count` items of `len` bytes that the file must hold.
fn read_first(path: &Path, count: u64, limit: usize, len: usize) -> Result<Vec<u8>, DataError> {
    if !path.is_file() {
        return Err(DataError::FileMissing { path: path.to_owned(), origin: ARCHIVE });
    }
    exact::read_first(path, count.min(limit as u64) * len as u64, count * len as u64)
}
