//! Names of classes, and labels, which are their numbers.

use std::path::Path;

use super::{DataError, exact};

/// Classes of Fashion-MNIST, in the order of its labels.
pub(super) const FASHION_MNIST: [&str; 10] =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

/// Names in the archive's own file if it is there, else the `usual` ones; both are separated by white space.
pub(super) fn names(path: &Path, usual: &str) -> Result<Vec<String>, DataError> {
    let usual = words(usual);
    if !path.is_file() {
        return Ok(usual);
    }
    let names = words(&std::fs::read_to_string(path).map_err(|error| exact::read_error(path, error))?);
    match names.len() {
        found if found == usual.len() => Ok(names),
        found => Err(DataError::ClassNames { path: path.to_owned(), found, expected: usual.len() }),
    }
}

/// Names of classes that are only numbers: 0 to the largest label.
pub(super) fn numbers(labels: &[u8]) -> Vec<String> {
    labels.iter().max().map_or_else(Vec::new, |last| (0..=*last).map(|class| class.to_string()).collect())
}

/// Refuses a label that names none of the classes; the path is for the message.
pub(super) fn check(labels: &[u8], classes: usize, path: &Path) -> Result<(), DataError> {
    match labels.iter().position(|label| usize::from(*label) >= classes) {
        None => Ok(()),
        Some(index) => Err(DataError::Label {
            path: path.to_owned(),
            index,
            found: i64::from(labels[index]),
            expected: 0..=classes as i64 - 1,
        }),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
