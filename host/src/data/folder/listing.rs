//! The pictures of one half of a data set, in the order in which they are read.

use std::path::{Path, PathBuf};

use super::entry::{Entries, last_name, name_in};
use crate::data::DataError;
use crate::data::found::PassedOver;

/// Pictures with or without classes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// All in one folder.
    Unlabelled(Vec<PathBuf>),
    /// Each class in a folder of its own; sorted by name, or by value if all names are numbers.
    Labelled(Vec<Class>),
}

/// A folder that may stand for a class.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) name: String,
    path: PathBuf,
    pictures: Vec<PathBuf>,
    /// Whether there is nothing in it at all.
    is_bare: bool,
}

impl Listing {
    /// Lists a folder inside `root`; what is neither a folder nor a picture is passed over.
    pub(super) fn of(entries: Entries, folder: &Path, root: &Path, passed: &mut PassedOver) -> Result<Self, DataError> {
        entries.pass_over(root, passed);
        let mut classes = Vec::new();
        for path in entries.folders {
            let (mut pictures, before) = (Vec::new(), Entries::of(&path)?);
            let is_bare = [&before.folders, &before.pictures, &before.others].iter().all(|kind| kind.is_empty());
            collect(before, root, &mut pictures, passed)?;
            classes.push(Class { name: last_name(&path), path, pictures, is_bare });
        }
        let has_classes = classes.iter().any(|class| !class.pictures.is_empty());
        match (entries.pictures.is_empty(), has_classes) {
            (true, false) => Err(DataError::EmptyClass { path: folder.to_owned() }),
            (false, true) => Err(DataError::MixedFolder { path: folder.to_owned() }),
            (false, false) => {
                classes.iter().for_each(|class| class.pass_over(root, passed));
                Ok(Self::Unlabelled(entries.pictures))
            }
            (true, true) => {
                sort(&mut classes);
                Ok(Self::Labelled(classes))
            }
        }
    }

    /// Names of the classes, in the order of their numbers.
    pub(super) fn classes(&self) -> Vec<String> {
        match self {
            Self::Unlabelled(_) => Vec::new(),
            Self::Labelled(classes) => classes.iter().map(|class| class.name.clone()).collect(),
        }
    }

    /// Passes over the folders that stand for no class: those without pictures that hold other files, unless `other`
    /// has pictures in a folder of that name.
    pub(super) fn settle(&mut self, other: Option<&Self>, root: &Path, passed: &mut PassedOver) {
        let Self::Labelled(classes) = self else { return };
        let is_class = |class: &Class| {
            class.is_bare || !class.pictures.is_empty() || other.is_some_and(|other| other.has(&class.name))
        };
        classes.iter().filter(|class| !is_class(class)).for_each(|class| class.pass_over(root, passed));
        classes.retain(is_class);
    }

    /// Whether there are pictures of this class.
    fn has(&self, name: &str) -> bool {
        match self {
            Self::Unlabelled(_) => false,
            Self::Labelled(classes) => classes.iter().any(|class| class.name == name && !class.pictures.is_empty()),
        }
    }

    /// Number of each class among `classes`; folders without pictures need none.
    pub(super) fn numbers(&self, classes: &[String]) -> Result<Vec<usize>, DataError> {
        let Self::Labelled(own) = self else { return Ok(Vec::new()) };
        let number = |class: &Class| match classes.iter().position(|name| *name == class.name) {
            Some(number) => Ok(number),
            None if class.pictures.is_empty() => Ok(0),
            None => Err(DataError::UnknownClass { path: class.path.clone() }),
        };
        own.iter().map(number).collect()
    }

    /// The pictures, and the class of each if there are any: one picture of every class in turn, as long as
    /// it has some left.
    pub(super) fn in_turn(self) -> (Vec<PathBuf>, Option<Vec<usize>>) {
        let classes = match self {
            Self::Unlabelled(pictures) => return (pictures, None),
            Self::Labelled(classes) => classes,
        };
        let mut turns: Vec<(usize, usize, PathBuf)> = Vec::new();
        for (number, class) in classes.into_iter().enumerate() {
            turns.extend(class.pictures.into_iter().enumerate().map(|(turn, picture)| (turn, number, picture)));
        }
        turns.sort_by_key(|&(turn, class, _)| (turn, class));
        let (classes, pictures) = turns.into_iter().map(|(_, class, picture)| (class, picture)).unzip();
        (pictures, Some(classes))
    }
}

impl Class {
    fn pass_over(&self, root: &Path, passed: &mut PassedOver) {
        passed.add("folders without pictures", name_in(root, &self.path));
    }
}

/// How many pictures are in a folder and in those inside it.
pub(super) fn count(folder: &Path) -> Result<usize, DataError> {
    let mut pictures = Vec::new();
    collect(Entries::of(folder)?, folder, &mut pictures, &mut PassedOver::default())?;
    Ok(pictures.len())
}

/// Appends the pictures of a folder and of those inside it.
fn collect(
    entries: Entries,
    root: &Path,
    pictures: &mut Vec<PathBuf>,
    passed: &mut PassedOver,
) -> Result<(), DataError> {
    entries.pass_over(root, passed);
    let mut both: Vec<(PathBuf, bool)> = entries.folders.into_iter().map(|path| (path, true)).collect();
    both.extend(entries.pictures.into_iter().map(|path| (path, false)));
    both.sort();
    for (path, is_folder) in both {
        if is_folder {
            collect(Entries::of(&path)?, root, pictures, passed)?;
        } else {
            pictures.push(path);
        }
    }
    Ok(())
}

/// By value where every name is a whole number, and by name where one is not.
fn sort(classes: &mut [Class]) {
    let value = |class: &Class| class.name.parse::<i64>();
    if classes.iter().all(|class| value(class).is_ok()) {
        classes.sort_by_key(|class| (value(class).unwrap_or(0), class.name.clone()));
    }
}
