//! IDX, the format of MNIST and of the sets that replace it: a big-endian header, then u8 values.
//!
//! | file | magic | header goes on with | values |
//! |---|---|---|---|
//! | `*-images-idx3-ubyte` | 0x00000803 | count, height, width | `[count, height, width]` |
//! | `*-labels-idx1-ubyte` | 0x00000801 | count | `[count]` |

use std::path::{Path, PathBuf};

use dim_model_format::Shape;

use super::classes::FASHION_MNIST;
use super::error::Origin;
use super::exact::Source;
use super::{DataError, Dataset, Images, classes, exact, name};

const IMAGES_MAGIC: u32 = 0x0000_0803;
const LABELS_MAGIC: u32 = 0x0000_0801;

/// Whether the folder holds any file of an IDX data set.
pub(super) fn is_in(folder: &Path) -> bool {
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
        .iter()
        .any(|name| exact::find(folder, name).is_some())
}

/// Reads the four files of a data set.
pub(super) fn load(folder: &Path) -> Result<Dataset, DataError> {
    let name = name::of_folder(folder);
    let origin = Origin::Fetch(if is_fashion(&name) { "fashion-mnist" } else { "mnist" });
    let find = |name: &str| {
        exact::find(folder, name).ok_or_else(|| DataError::FileMissing { path: folder.join(name), origin })
    };
    let train = [find("train-images-idx3-ubyte")?, find("train-labels-idx1-ubyte")?];
    let test = [find("t10k-images-idx3-ubyte")?, find("t10k-labels-idx1-ubyte")?];
    read(folder, name, Split::open(&train)?, Split::open(&test)?)
}

fn is_fashion(folder_name: &str) -> bool {
    folder_name.contains("fashion")
}

/// Reads both halves of a data set from a folder of this name. It is taken for Fashion-MNIST if the name says so;
/// otherwise classes are named by their numbers.
pub(super) fn read(folder: &Path, name: String, train: Split<'_>, test: Split<'_>) -> Result<Dataset, DataError> {
    let label_paths = [train.labels.path, test.labels.path];
    let (train, test) = (train.read()?, test.read()?);
    if train.shape != test.shape {
        return Err(DataError::TestShape { path: folder.to_owned(), found: test.shape, expected: train.shape });
    }
    let (name, classes) = if is_fashion(&name) {
        for (images, path) in [&train, &test].into_iter().zip(label_paths) {
            classes::check(images.labels.as_deref().unwrap_or_default(), FASHION_MNIST.len(), path)?;
        }
        ("fashion-mnist".to_owned(), FASHION_MNIST.map(str::to_owned).to_vec())
    } else {
        // Bytes stay as they are.
        let labels = classes::Split { train: train.labels.clone(), test: test.labels.clone() };
        (name, classes::Numbered::of(labels).classes)
    };
    let unlabelled = Images::none(train.shape);
    Ok(Dataset { name, classes, train, unlabelled, test })
}

/// Files of images and labels that belong together.
pub(super) struct Split<'a> {
    pub(super) images: Source<'a>,
    pub(super) labels: Source<'a>,
}

impl<'a> Split<'a> {
    fn open([images, labels]: &'a [PathBuf; 2]) -> Result<Self, DataError> {
        Ok(Self { images: Source::open(images)?, labels: Source::open(labels)? })
    }

    pub(super) fn read(self) -> Result<Images, DataError> {
        let (shape, pixels) = read_images(self.images)?;
        let path = self.labels.path;
        let labels = read_labels(self.labels)?;
        let (found, images) = (labels.len(), Images { shape, pixels, labels: Some(labels) });
        match images.len() {
            expected if expected == found => Ok(images),
            expected => Err(DataError::LabelCount { path: path.to_owned(), found, expected }),
        }
    }
}

fn read_images(mut file: Source<'_>) -> Result<(Shape, Vec<u8>), DataError> {
    let header: [u8; 16] = file.read_start()?;
    let [magic, count, height, width] = [0, 4, 8, 12].map(|at| word(&header, at));
    check_magic(magic, IMAGES_MAGIC, "images", file.path)?;
    let (Ok(rows @ 1..), Ok(columns @ 1..)) = (u16::try_from(height), u16::try_from(width)) else {
        return Err(DataError::ImageSize { path: file.path.to_owned(), height, width });
    };
    if count == 0 {
        return Err(DataError::Empty { path: file.path.to_owned() });
    }
    let shape = Shape::new(rows, columns, 1);
    // A u32 times two u16 and 16 more stay below 2^64.
    let expected = 16 + u64::from(count) * shape.elements();
    Ok((shape, file.read_rest(expected)?))
}

fn read_labels(mut file: Source<'_>) -> Result<Vec<u8>, DataError> {
    let header: [u8; 8] = file.read_start()?;
    let [magic, count] = [0, 4].map(|at| word(&header, at));
    check_magic(magic, LABELS_MAGIC, "labels", file.path)?;
    file.read_rest(8 + u64::from(count))
}

fn check_magic(found: u32, expected: u32, content: &'static str, path: &Path) -> Result<(), DataError> {
    if found != expected {
        return Err(DataError::Magic { path: path.to_owned(), found, expected, content });
    }
    Ok(())
}

fn word(header: &[u8], at: usize) -> u32 {
    header[at..at + 4].iter().fold(0, |word, &byte| word << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two images of 1x3 pixels.
    const IMAGES: [u8; 22] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];
    const LABELS: [u8; 10] = [0, 0, 8, 1, 0, 0, 0, 2, 7, 0];

    fn read(images: &[u8], labels: &[u8]) -> Result<Images, String> {
        let images = Source::unpacked(Path::new("images"), images);
        let labels = Source::unpacked(Path::new("labels"), labels);
        Split { images, labels }.read().map_err(|error| error.to_string())
    }

    #[test]
    fn reads_each_byte() {
        let pixels = vec![10, 20, 30, 40, 50, 60];
        let expected = Images { shape: Shape::new(1, 3, 1), pixels, labels: Some(vec![7, 0]) };
        assert_eq!(read(&IMAGES, &LABELS), Ok(expected));
    }

    #[test]
    fn every_other_length_is_refused() {
        for len in 0..IMAGES.len() {
            let expected = if len < 16 { 16 } else { 22 };
            let message = format!(
                "images: {len} bytes, expected {expected}; the file is truncated or damaged, \
                 delete it and fetch it again"
            );
            assert_eq!(read(&IMAGES[..len], &LABELS), Err(message));
        }
        let long = [&IMAGES[..], &[0; 3]].concat();
        assert!(read(&long, &LABELS).unwrap_err().starts_with("images: 25 bytes, expected 22;"));
        assert!(read(&IMAGES, &LABELS[..9]).unwrap_err().starts_with("labels: 9 bytes, expected 10;"));
    }

    #[test]
    fn a_header_that_claims_the_most_is_refused_by_its_length() {
        let huge = [0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255];
        let expected = 16 + u128::from(u32::MAX) * u128::from(u16::MAX) * u128::from(u16::MAX);
        assert!(read(&huge, &LABELS).unwrap_err().starts_with(&format!("images: 16 bytes, expected {expected};")));
    }

    #[test]
    fn swapped_files_are_named() {
        assert_eq!(
            read(&[&LABELS[..], &[0; 9]].concat(), &IMAGES),
            Err("images: starts with 0x00000801, expected 0x00000803; it is not an IDX file of images".to_owned())
        );
    }

    #[test]
    fn images_without_pixels_or_too_large_are_refused() {
        let with = |height: [u8; 4], count: u8| [&[0, 0, 8, 3, 0, 0, 0, count], &height[..], &[0, 0, 0, 3]].concat();
        assert!(read(&with([0; 4], 2), &LABELS).unwrap_err().starts_with("images: images of 0x3 pixels"));
        assert!(read(&with([0, 1, 0, 0], 2), &LABELS).unwrap_err().starts_with("images: images of 65536x3 pixels"));
        assert_eq!(read(&with([0, 0, 0, 1], 0), &LABELS), Err("images: holds no images; fetch it again".to_owned()));
    }

    #[test]
    fn counts_must_agree() {
        let three = [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3];
        assert_eq!(
            read(&IMAGES, &three),
            Err("labels: 3 labels, expected 2, one for each image beside them; fetch both files again".to_owned())
        );
    }
}
