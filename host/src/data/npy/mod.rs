//! NumPy files: images as `[count, height, width, channels]`, `[count, channels, height, width]` or
//! `[count, height, width]`, labels as `[count]`.
//!
//! | file | |
//! |---|---|
//! | `train_images.npy`, or `images.npy` | required |
//! | `train_labels.npy`, or `labels.npy` | none of images without classes |
//! | `test_images.npy`, `test_labels.npy` | none of sets without held-out images |
//! | `classes.txt` | the name of each class in a line of its own; without it classes are named by their numbers |

mod file;
mod images;
mod labels;
mod numbers;
mod order;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use self::images::Arrayed;
use super::classes::{Numbered, Split as Labelled};
use super::error::Origin;
use super::exact::{Source, read_error};
use super::found::Found;
use super::reading::Reading;
use super::{DataError, Dataset, Images};

/// Whether the folder holds images to learn from.
pub(super) fn is_in(folder: &Path) -> bool {
    train_prefix(folder).is_some() || folder.join("test_images.npy").is_file()
}

/// What stands before `images.npy` and `labels.npy` of the images to learn from.
fn train_prefix(folder: &Path) -> Option<&'static str> {
    ["train_", ""].into_iter().find(|prefix| folder.join(format!("{prefix}images.npy")).is_file())
}

/// An archive of several arrays, which holds no image that can be found.
pub(super) fn archive(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "npz")).min()
}

/// Reads the files of a data set.
pub(super) fn load(folder: &Path, reading: &Reading) -> Result<(Dataset, Found), DataError> {
    let paths = |prefix: &str| ["images", "labels"].map(|content| folder.join(format!("{prefix}{content}.npy")));
    let (train, test) = (paths(train_prefix(folder).unwrap_or("train_")), paths("test_"));
    if !train[0].is_file() {
        return Err(DataError::FileMissing { path: train[0].clone(), origin: Origin::Own });
    }
    let test = test[0].is_file().then(|| Split::open(&test)).transpose()?;
    let (mut dataset, found) = read(folder, super::name::of_folder(folder), Split::open(&train)?, test, reading)?;
    let names = folder.join("classes.txt");
    if names.is_file() && !dataset.classes.is_empty() {
        dataset.classes = read_names(&names, &dataset.classes)?;
    }
    Ok((dataset, found))
}

/// Names of the classes from 0 on, a line each, which must be as many as the `numbers` that labels have at least.
fn read_names(path: &Path, numbers: &[String]) -> Result<Vec<String>, DataError> {
    let text = std::fs::read_to_string(path).map_err(|error| read_error(path, error))?;
    let names: Vec<String> = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let expected = numbers.last().and_then(|last| last.parse::<usize>().ok()).map_or(0, |last| last.saturating_add(1));
    match names.len() {
        found if (expected..=256).contains(&found) => Ok(names),
        found => Err(DataError::ClassNames { path: path.to_owned(), found, expected }),
    }
}

/// Reads both halves of a data set from a folder of this name; classes are named by their numbers.
pub(crate) fn read(
    folder: &Path,
    name: String,
    train: Split<'_>,
    test: Option<Split<'_>>,
    reading: &Reading,
) -> Result<(Dataset, Found), DataError> {
    let mut found = Found::of("NumPy files", "test_images.npy");
    let (train, train_labels) = train.read(reading)?;
    let (test, test_labels) = match test {
        Some(test) => test.read(reading).map(|(images, labels)| (Some(images), labels))?,
        None => (None, None),
    };
    if let Some(test) = test.as_ref().filter(|test| test.shape != train.shape) {
        return Err(DataError::TestShape { path: folder.to_owned(), found: test.shape, expected: train.shape });
    }
    if train.were_channels_first {
        found.notes.push("channels were first in the arrays".to_owned());
    }
    let Numbered { classes, labels: [train_labels, test_labels] } =
        Numbered::of(Labelled { train: train_labels, test: test_labels });
    let shape = train.shape;
    let images = |pixels, labels| Images { shape, pixels, labels };
    let test = test.map_or_else(|| Images::none(shape), |test| images(test.pixels, test_labels));
    let train = images(train.pixels, train_labels);
    Ok((Dataset { name, classes, train, unlabelled: Images::none(shape), test }, found))
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

    fn read(self, reading: &Reading) -> Result<(Arrayed, Option<Vec<u64>>), DataError> {
        let images = images::read(self.images, reading)?;
        let Some(file) = self.labels else { return Ok((images, None)) };
        let path = file.path;
        let labels = labels::read(file)?;
        // Images without pixels have been refused.
        let expected = images.pixels.len() / usize::try_from(images.shape.elements()).unwrap_or(usize::MAX);
        match labels.len() {
            found if found == expected => Ok((images, Some(labels))),
            found => Err(DataError::LabelCount { path: path.to_owned(), found, expected }),
        }
    }
}
