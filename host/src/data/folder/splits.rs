//! The folders of what is learned from and of what is held out, whatever tool has named them.

use std::path::{Path, PathBuf};

use super::entry::{Entries, last_name};
use crate::data::DataError;
use crate::data::error::Origin;

const TRAIN: [&str; 2] = ["train", "training"];
const TEST: [&str; 2] = ["test", "testing"];
const VALIDATION: [&str; 3] = ["val", "valid", "validation"];

/// Folders in a data set; none if its pictures are not divided.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Splits {
    pub(super) train: PathBuf,
    /// Those of `test` or, where there are none, of `val`.
    pub(super) held_out: Option<PathBuf>,
    /// Those of `val` where there is a `test` too.
    pub(super) second: Option<PathBuf>,
}

impl Splits {
    /// Finds them among the entries of `folder`; upper and lower case are the same.
    pub(super) fn among(entries: &Entries, folder: &Path) -> Result<Option<Self>, DataError> {
        let one = |names: &[&str]| {
            let mut found =
                entries.folders.iter().filter(|path| names.contains(&last_name(path).to_lowercase().as_str()));
            match (found.next(), found.next()) {
                (Some(first), Some(second)) => Err(DataError::SplitTwice {
                    path: folder.to_owned(),
                    names: [first, second].map(|path| last_name(path)),
                }),
                (first, _) => Ok(first.cloned()),
            }
        };
        let (train, test, validation) = (one(&TRAIN)?, one(&TEST)?, one(&VALIDATION)?);
        let (held_out, second) = if test.is_some() { (test, validation) } else { (validation, None) };
        match (train, held_out) {
            (Some(train), held_out) => Ok(Some(Self { train, held_out, second })),
            (None, Some(_)) => Err(DataError::FileMissing { path: folder.join("train"), origin: Origin::Own }),
            (None, None) => Ok(None),
        }
    }

    /// Refuses folders of classes in which pictures are divided once more.
    pub(super) fn refuse_inside(classes: &[PathBuf]) -> Result<(), DataError> {
        for class in classes {
            let inside = Entries::of(class)?.folders;
            let split = inside.iter().map(|path| last_name(path)).find(|name| {
                [&TRAIN[..], &TEST, &VALIDATION].iter().any(|names| names.contains(&name.to_lowercase().as_str()))
            });
            if let Some(split) = split {
                return Err(DataError::SplitInside { path: class.clone(), split });
            }
        }
        Ok(())
    }
}
