//! The readers of data sets on files that are in memory: the door by which they are fuzzed.

use std::path::Path;

use dim_model_format::Shape;

use super::exact::Source;
use super::picture::decode_scaled;
use super::reading::Reading;
use super::{DataError, Dataset, PictureError, idx, npy};

/// The name of a file, and its bytes; it is packed if the name ends in `.gz`.
pub type File<'a> = (&'a str, &'a [u8]);

/// Reads the images and labels that [`load`](super::load) looks for in a folder of IDX files of this name.
///
/// # Errors
/// As [`load`](super::load).
pub fn read_idx(folder: &str, train: [File<'_>; 2], test: [File<'_>; 2]) -> Result<Dataset, DataError> {
    let split = |[images, labels]: [_; 2]| idx::Split { images: source(images), labels: source(labels) };
    idx::read(Path::new(folder), folder.to_owned(), split(train), split(test))
}

/// Reads the images and labels, some of which need not be there, that [`load`](super::load) looks for in a folder of
/// NumPy files of this name.
///
/// # Errors
/// As [`load`](super::load).
pub fn read_npy<'a>(
    folder: &str,
    train: (File<'a>, Option<File<'a>>),
    test: Option<(File<'a>, Option<File<'a>>)>,
) -> Result<Dataset, DataError> {
    let split = |(images, labels): (_, Option<_>)| npy::Split { images: source(images), labels: labels.map(source) };
    let read = npy::read(Path::new(folder), folder.to_owned(), split(train), test.map(split), &Reading::default());
    read.map(|(dataset, _)| dataset)
}

/// Decodes one of the pictures in a folder and brings it to `shape`, which has 1 or 3 channels.
///
/// # Errors
/// As [`load`](super::load), without a path.
pub fn read_picture(bytes: &[u8], shape: Shape) -> Result<Vec<u8>, PictureError> {
    decode_scaled(bytes, shape)
}

fn source<'a>((name, bytes): File<'a>) -> Source<'a> {
    Source::unpacked(Path::new(name), bytes)
}
