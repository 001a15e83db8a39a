//! Data sets whose files are in memory.

use std::path::Path;

use dim_model_format::Shape;

use crate::data::exact::Source;
use crate::data::folder::PictureError;
use crate::data::folder::picture::decode_scaled;
use crate::data::{DataError, Dataset, idx, npy};

/// The name of a file, and its bytes.
pub type File<'a> = (&'a str, &'a [u8]);

/// Reads the files that `dim train --data` looks for in a folder of IDX files.
///
/// # Errors
/// As [`load`](crate::data::load).
///
/// # Panics
/// If what was read is no data set.
pub fn read_idx(folder: &str, train: [File<'_>; 2], test: [File<'_>; 2]) -> Result<Dataset, DataError> {
    let split = |[images, labels]: [_; 2]| idx::Split { images: source(images), labels: source(labels) };
    idx::read(Path::new(folder), folder.to_owned(), split(train), split(test)).map(proved)
}

/// Reads the files, some of which need not be there, that `dim train --data` looks for in a folder of NumPy files.
///
/// # Errors
/// As [`load`](crate::data::load).
///
/// # Panics
/// If what was read is no data set.
pub fn read_npy<'a>(
    folder: &str,
    train: (File<'a>, Option<File<'a>>),
    test: Option<(File<'a>, Option<File<'a>>)>,
) -> Result<Dataset, DataError> {
    let split = |(images, labels): (_, Option<_>)| npy::Split { images: source(images), labels: labels.map(source) };
    npy::read(Path::new(folder), folder.to_owned(), split(train), test.map(split)).map(proved)
}

/// Reads one of the pictures in a folder.
///
/// # Errors
/// As [`load`](crate::data::load).
pub fn read_picture(bytes: &[u8], shape: Shape) -> Result<Vec<u8>, PictureError> {
    decode_scaled(bytes, shape)
}

fn source<'a>((name, bytes): File<'a>) -> Source<'a> {
    Source::unpacked(Path::new(name), bytes)
}

/// The same set, of which holds what holds of every one.
fn proved(mut dataset: Dataset) -> Dataset {
    for images in [&dataset.train, &dataset.unlabelled, &dataset.test] {
        assert_eq!(images.shape, dataset.train.shape);
        assert_eq!(images.pixels.len(), images.len() * images.image_len());
        if let Some(labels) = &images.labels {
            assert_eq!(labels.len(), images.len());
            let classes = dataset.classes.len();
            assert!(classes == 0 || labels.iter().all(|label| usize::from(*label) < classes));
        }
    }
    assert!(!dataset.train.is_empty() && dataset.train.labels.is_some() == !dataset.classes.is_empty());
    dataset.limit_training(usize::MAX);
    dataset
}
