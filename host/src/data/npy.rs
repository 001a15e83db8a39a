//! NumPy files: images as `[count, height, width, channels]` or `[count, height, width]` of uint8, labels
//! as `[count]` of any integer type.
//!
//! | file | |
//! |---|---|
//! | `train_images.npy`, or `images.npy` | required |
//! | `train_labels.npy`, or `labels.npy` | none of images without classes |
//! | `test_images.npy`, `test_labels.npy` | none of sets without held-out images |

use std::path::{Path, PathBuf};

use dim_model_format::Shape;

use super::error::Origin;
use super::exact::Source;
use super::{DataError, Dataset, Images, classes};
use crate::npy::{Element, Header, Kind};

const IMAGES: &str = "uint8 of [count, height, width] or [count, height, width, channels], in C order";
const LABELS: &str = "integers of [count], each 0 to 255";

/// Whether the folder holds images to learn from.
pub(super) fn is_in(folder: &Path) -> bool {
    train_prefix(folder).is_some() || folder.join("test_images.npy").is_file()
}

/// What stands before `images.npy` and `labels.npy` of the images to learn from.
fn train_prefix(folder: &Path) -> Option<&'static str> {
    ["train_", ""].into_iter().find(|prefix| folder.join(format!("{prefix}images.npy")).is_file())
}

/// Reads the files of a data set.
pub(super) fn load(folder: &Path) -> Result<Dataset, DataError> {
    let paths = |prefix: &str| ["images", "labels"].map(|content| folder.join(format!("{prefix}{content}.npy")));
    let (train, test) = (paths(train_prefix(folder).unwrap_or("train_")), paths("test_"));
    if !train[0].is_file() {
        return Err(DataError::FileMissing { path: train[0].clone(), origin: Origin::Own });
    }
    let test = test[0].is_file().then(|| Split::open(&test)).transpose()?;
    read(folder, super::name::of_folder(folder), Split::open(&train)?, test)
}

/// Reads both halves of a data set from a folder of this name; classes are named by their numbers.
pub(crate) fn read(
    folder: &Path,
    name: String,
    train: Split<'_>,
    test: Option<Split<'_>>,
) -> Result<Dataset, DataError> {
    let train = train.read()?;
    let test_labels = test.as_ref().and_then(|test| test.labels.as_ref()).map(|labels| labels.path);
    let test = test.map_or_else(|| Ok(Images::none(train.shape)), Split::read)?;
    if train.shape != test.shape {
        return Err(DataError::TestShape { path: folder.to_owned(), found: test.shape, expected: train.shape });
    }
    let classes = classes::numbers(train.labels.as_deref().unwrap_or_default());
    if let (Some(labels), Some(path), false) = (&test.labels, test_labels, classes.is_empty()) {
        classes::check(labels, classes.len(), path)?;
    }
    let unlabelled = Images::none(train.shape);
    Ok(Dataset { name, classes, train, unlabelled, test })
}

/// Files of images, and of labels if these have any.
pub(crate) struct Split<'a> {
    pub(crate) images: Source<'a>,
    pub(crate) labels: Option<Source<'a>>,
}

impl<'a> Split<'a> {
    fn open([images, labels]: &'a [PathBuf; 2]) -> Result<Self, DataError> {
        let labels = labels.is_file().then(|| Source::open(labels)).transpose()?;
        Ok(Self { images: Source::open(images)?, labels })
    }

    fn read(self) -> Result<Images, DataError> {
        let (shape, pixels) = read_images(self.images)?;
        let mut images = Images { shape, pixels, labels: None };
        if let Some(file) = self.labels {
            let path = file.path;
            let labels = read_labels(file)?;
            if labels.len() != images.len() {
                return Err(DataError::LabelCount {
                    path: path.to_owned(),
                    found: labels.len(),
                    expected: images.len(),
                });
            }
            images.labels = Some(labels);
        }
        Ok(images)
    }
}

fn read_images(source: Source<'_>) -> Result<(Shape, Vec<u8>), DataError> {
    let file = NpyReader::new(source, IMAGES)?;
    let extents = match *file.header.shape {
        [count, height, width] => Some([count, height, width, 1]),
        [count, height, width, channels] => Some([count, height, width, channels]),
        _ => None,
    };
    let is_plain = file.header.element == Element::U8 && !file.header.is_fortran_order;
    let (Some([count @ 1..=u64::MAX, extents @ ..]), true) = (extents, is_plain) else {
        return Err(file.unfit());
    };
    let [Ok(height @ 1..), Ok(width @ 1..), Ok(channels @ 1..)] = extents.map(u16::try_from) else {
        return Err(file.unfit());
    };
    let shape = Shape::new(height, width, channels);
    let bytes = file.read(count, shape.elements())?;
    Ok((shape, bytes))
}

fn read_labels(source: Source<'_>) -> Result<Vec<u8>, DataError> {
    let path = source.path;
    let file = NpyReader::new(source, LABELS)?;
    let (&[count], element) = (file.header.shape.as_slice(), file.header.element) else { return Err(file.unfit()) };
    if !matches!(element.kind, Kind::Int | Kind::Uint) {
        return Err(file.unfit());
    }
    let bytes = file.read(count, element.bytes as u64)?;
    let values = bytes.chunks_exact(element.bytes).map(|bytes| integer(bytes, element));
    let label = |(index, label): (usize, i64)| {
        let refused =
            || DataError::Array { path: path.to_owned(), found: format!("{label} at [{index}]"), expected: LABELS };
        u8::try_from(label).map_err(|_| refused())
    };
    values.enumerate().map(label).collect()
}

/// Of 1, 2, 4 or 8 bytes; an unsigned one beyond an i64 becomes negative, which is no label either.
fn integer(bytes: &[u8], element: Element) -> i64 {
    let bits = |value: i64, byte: &u8| value << 8 | i64::from(*byte);
    let value = if element.is_big_endian { bytes.iter().fold(0, bits) } else { bytes.iter().rev().fold(0, bits) };
    let unused = 64 - 8 * bytes.len() as u32;
    match element.kind {
        Kind::Int => value << unused >> unused,
        _ => value,
    }
}

/// A file whose header is read.
struct NpyReader<'a> {
    expected: &'static str,
    header: Header,
    file: Source<'a>,
}

impl<'a> NpyReader<'a> {
    fn new(mut file: Source<'a>, expected: &'static str) -> Result<Self, DataError> {
        let unreadable =
            |error: std::io::Error| DataError::Array { path: file.path.to_owned(), found: error.to_string(), expected };
        let header = Header::read(&mut file).map_err(unreadable)?;
        Ok(Self { expected, header, file })
    }

    fn unfit(&self) -> DataError {
        let Header { element, is_fortran_order, shape } = &self.header;
        let found = format!("'{element}' of {shape:?}{}", if *is_fortran_order { ", in Fortran order" } else { "" });
        DataError::Array { path: self.file.path.to_owned(), found, expected: self.expected }
    }

    /// Reads `count` elements of `len` bytes, which must be the rest of the file.
    fn read(mut self, count: u64, len: u64) -> Result<Vec<u8>, DataError> {
        let expected = count.checked_mul(len).and_then(|bytes| bytes.checked_add(self.file.already));
        self.file.read_rest(expected.unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// As `numpy.save` writes it.
    fn npy(descr: &str, fortran: &str, shape: &str, values: &[u8]) -> Vec<u8> {
        let dictionary = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}");
        let header = format!("{dictionary:117}\n");
        assert_eq!(header.len(), 118);
        [b"\x93NUMPY\x01\x00\x76\x00", header.as_bytes(), values].concat()
    }

    fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
        let folder = tempfile::Builder::new().prefix("Digits-").tempdir().unwrap();
        files.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
        folder
    }

    fn message(files: &[(&str, Vec<u8>)]) -> String {
        let folder = folder(files);
        load(folder.path()).unwrap_err().to_string().replace(&folder.path().display().to_string(), "FOLDER")
    }

    fn images() -> Vec<u8> {
        npy("|u1", "False", "(2, 1, 2, 3)", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    }

    #[test]
    fn reads_every_file() {
        let folder = folder(&[
            ("train_images.npy", images()),
            ("train_labels.npy", npy("<i8", "False", "(2,)", &[3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])),
            ("test_images.npy", npy("|u1", "False", "(1, 1, 2, 3)", &[6; 6])),
            ("test_labels.npy", npy(">i2", "False", "(1,)", &[0, 2])),
        ]);
        assert!(is_in(folder.path()));
        let dataset = load(folder.path()).unwrap();
        assert!(dataset.name.starts_with("digits-"));
        assert_eq!(dataset.classes, ["0", "1", "2", "3"]);
        assert_eq!(dataset.train.shape, Shape::new(1, 2, 3));
        assert_eq!(dataset.train.pixels, (1..=12).collect::<Vec<u8>>());
        assert_eq!((dataset.train.labels, dataset.test.labels), (Some(vec![3, 1]), Some(vec![2])));
        assert_eq!(dataset.test.pixels, [6; 6]);
    }

    #[test]
    fn labels_and_test_images_may_be_left_out_and_channels_too() {
        let folder = folder(&[("images.npy", npy("|u1", "False", "(2, 1, 3)", &[1, 2, 3, 4, 5, 6]))]);
        let dataset = load(folder.path()).unwrap();
        assert_eq!(dataset.train, Images { shape: Shape::new(1, 3, 1), pixels: vec![1, 2, 3, 4, 5, 6], labels: None });
        assert!(dataset.test.is_empty() && dataset.classes.is_empty());
        assert!(dataset.labels().is_err());
    }

    #[test]
    fn integers_of_every_type() {
        for (descr, values) in [("|u1", &[200, 7][..]), ("<u2", &[200, 0, 7, 0]), (">u4", &[0, 0, 0, 200, 0, 0, 0, 7])]
        {
            let labels = npy(descr, "False", "(2,)", values);
            let folder = folder(&[("images.npy", images()), ("labels.npy", labels)]);
            assert_eq!(load(folder.path()).unwrap().train.labels, Some(vec![200, 7]), "{descr}");
        }
        for (descr, values, found) in [
            ("|i1", &[5, 255][..], "-1"),
            ("<i2", &[5, 0, 0, 1], "256"),
            ("<u8", &[[5, 0, 0, 0, 0, 0, 0, 0], [255; 8]].concat(), "-1"),
        ] {
            assert_eq!(
                message(&[("images.npy", images()), ("labels.npy", npy(descr, "False", "(2,)", values))]),
                format!("FOLDER/labels.npy: holds {found} at [1], expected {LABELS}; save it again with numpy.save")
            );
        }
    }

    #[test]
    fn arrays_of_another_type_or_shape_are_refused() {
        let array = |bytes: Vec<u8>| message(&[("images.npy", bytes)]);
        let expected = "uint8 of [count, height, width] or [count, height, width, channels], in C order";
        let refusal = |found: &str| {
            format!("FOLDER/images.npy: holds {found}, expected {expected}; save it again with numpy.save")
        };
        assert_eq!(array(npy("<f4", "False", "(1, 1, 1)", &[0; 4])), refusal("'<f4' of [1, 1, 1]"));
        assert_eq!(array(npy("|u1", "False", "(1, 1)", &[0])), refusal("'|u1' of [1, 1]"));
        assert_eq!(array(npy("|u1", "True", "(1, 1, 1)", &[0])), refusal("'|u1' of [1, 1, 1], in Fortran order"));
        assert_eq!(array(npy("|u1", "False", "(1, 0, 1)", &[])), refusal("'|u1' of [1, 0, 1]"));
        assert_eq!(array(npy("|u1", "False", "(1, 70000, 1)", &[])), refusal("'|u1' of [1, 70000, 1]"));
        assert_eq!(array(npy("|u1", "False", "(0, 1, 1)", &[])), refusal("'|u1' of [0, 1, 1]"));
        assert!(array(b"PK\x03\x04".to_vec()).starts_with("FOLDER/images.npy: holds "));
        assert_eq!(
            message(&[("images.npy", images()), ("labels.npy", npy("<f4", "False", "(2,)", &[0; 8]))]),
            format!("FOLDER/labels.npy: holds '<f4' of [2], expected {LABELS}; save it again with numpy.save")
        );
    }

    #[test]
    fn every_other_length_is_refused() {
        let whole = images();
        for len in 128..whole.len() {
            let message = message(&[("images.npy", whole[..len].to_vec())]);
            assert!(
                message.starts_with(&format!("FOLDER/images.npy: {len} bytes, expected 140; the file is truncated"))
            );
        }
        for len in 0..128 {
            assert!(message(&[("images.npy", whole[..len].to_vec())]).starts_with("FOLDER/images.npy: holds "));
        }
        let long = message(&[("images.npy", [&whole[..], &[0]].concat())]);
        assert!(long.starts_with("FOLDER/images.npy: 141 bytes, expected 140;"));
        let huge = npy("|u1", "False", "(18446744073709551615, 9, 9)", &[0; 4]);
        assert!(message(&[("images.npy", huge)]).contains("132 bytes, expected 18446744073709551615;"));
    }

    #[test]
    fn files_must_belong_together() {
        let one = npy("|u1", "False", "(1,)", &[0]);
        assert!(
            message(&[("images.npy", images()), ("labels.npy", one.clone())])
                .starts_with("FOLDER/labels.npy: 1 labels, expected 2,")
        );
        let small = npy("|u1", "False", "(1, 1, 2)", &[0; 2]);
        assert!(
            message(&[("images.npy", images()), ("test_images.npy", small.clone())])
                .starts_with("FOLDER: test images of 1x2x1, expected 1x2x3 as in training;")
        );
        assert_eq!(
            message(&[("test_images.npy", small)]),
            "FOLDER/train_images.npy: missing; put the images to learn from there"
        );
        let labelled = [
            ("train_images.npy", images()),
            ("train_labels.npy", npy("|u1", "False", "(2,)", &[0, 1])),
            ("test_images.npy", npy("|u1", "False", "(1, 1, 2, 3)", &[6; 6])),
            ("test_labels.npy", npy("|u1", "False", "(1,)", &[2])),
        ];
        assert!(message(&labelled).starts_with("FOLDER/test_labels.npy: label 0 is 2, expected 0 to 1;"));
    }
}
