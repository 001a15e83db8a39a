//! Names of classes, and labels, which are their numbers.

use std::collections::BTreeSet;
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

/// Classes that labels can tell apart.
const MOST: u64 = 256;

/// Labels of the images to learn from and of those held out, as far as either has any.
pub(super) struct Split<T> {
    pub(super) train: Option<Vec<T>>,
    pub(super) test: Option<Vec<T>>,
}

/// Classes that are named by their numbers, and the labels that say which class is whose.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) classes: Vec<String>,
    /// To learn from, and held out.
    pub(super) labels: [Option<Vec<u8>>; 2],
}

impl Numbered {
    /// From 0 to the largest number if all are small, and otherwise only those that there are. Where these are too many,
    /// no image has a class.
    pub(super) fn of<T: Copy + Into<u64>>(labels: Split<T>) -> Self {
        let Split { train, test } = labels;
        let all = || [&train, &test].into_iter().flatten().flatten().map(|label| (*label).into());
        let numbers: BTreeSet<u64> = match all().max() {
            Some(last) if last < MOST => (0..=last).collect(),
            _ => all().collect(),
        };
        let numbers: Vec<u64> = numbers.into_iter().collect();
        let place = |label: &T| numbers.binary_search(&(*label).into()).unwrap_or(0) as u8;
        let labels = [&train, &test].map(|labels| {
            let labels = labels.as_ref().filter(|_| numbers.len() as u64 <= MOST);
            labels.map(|labels| labels.iter().map(place).collect())
        });
        Self { classes: numbers.iter().map(u64::to_string).collect(), labels }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(train: &[u64], test: Option<&[u64]>) -> Numbered {
        Numbered::of(Split { train: Some(train.to_vec()), test: test.map(<[u64]>::to_vec) })
    }

    #[test]
    fn small_numbers_stay_and_large_ones_are_counted() {
        let of = numbered(&[3, 1], Some(&[2]));
        assert_eq!(of.classes, ["0", "1", "2", "3"]);
        assert_eq!(of.labels, [Some(vec![3, 1]), Some(vec![2])]);
        let of = numbered(&[350, 0, 90], Some(&[270, 0]));
        assert_eq!(of.classes, ["0", "90", "270", "350"]);
        assert_eq!(of.labels, [Some(vec![3, 0, 1]), Some(vec![2, 0])]);
        assert_eq!(numbered(&[255], None).classes.len(), 256);
        assert_eq!(numbered(&[256], None), Numbered { classes: vec!["256".to_owned()], labels: [Some(vec![0]), None] });
    }

    #[test]
    fn more_than_256_classes_are_none() {
        let many: Vec<u64> = (0..257).collect();
        let of = numbered(&many, Some(&[0]));
        assert_eq!((of.classes.len(), of.labels), (257, [None, None]));
    }
}
