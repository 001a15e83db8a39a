//! The pictures of one half of a data set, in the order in which they are read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::data::{DataError, exact};

/// Pictures with or without classes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// All in one folder.
    Unlabelled(Vec<PathBuf>),
    /// Each class in a folder of its own, whose name it has; sorted by it.
    Labelled(Vec<(String, Vec<PathBuf>)>),
}

/// Formats that a picture can be in.
const READABLE: [&str; 3] = ["png", "jpg", "jpeg"];
/// Formats that would be missed if they were passed over.
const UNREADABLE: [&str; 6] = ["bmp", "gif", "webp", "tif", "tiff", "heic"];

impl Listing {
    /// Lists a folder; hidden files and files that are no pictures are passed over.
    pub(super) fn of(folder: &Path) -> Result<Self, DataError> {
        let mut pictures = Vec::new();
        let mut classes = Vec::new();
        for path in entries(folder)? {
            if path.is_dir() {
                let mut inside = Vec::new();
                collect(&path, &mut inside)?;
                classes.push((path, inside));
            } else if is_picture(&path)? {
                pictures.push(path);
            }
        }
        match (pictures.is_empty(), classes.iter().find(|(_, inside)| inside.is_empty())) {
            (true, None) if classes.is_empty() => Err(DataError::EmptyClass { path: folder.to_owned() }),
            (true, Some((path, _))) => Err(DataError::EmptyClass { path: path.clone() }),
            (true, None) => {
                let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Ok(Self::Labelled(classes.into_iter().map(|(path, inside)| (name(&path), inside)).collect()))
            }
            (false, _) if classes.iter().all(|(_, inside)| inside.is_empty()) => Ok(Self::Unlabelled(pictures)),
            (false, _) => Err(DataError::MixedFolder { path: folder.to_owned() }),
        }
    }

    /// Names of the classes, in the order of their numbers.
    pub(super) fn classes(&self) -> Vec<String> {
        match self {
            Self::Unlabelled(_) => Vec::new(),
            Self::Labelled(classes) => classes.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    /// The pictures, and the class of each if there are any: one picture of every class in turn, as long as
    /// it has some left.
    pub(super) fn in_turn(self) -> (Vec<PathBuf>, Option<Vec<usize>>) {
        let classes = match self {
            Self::Unlabelled(pictures) => return (pictures, None),
            Self::Labelled(classes) => classes,
        };
        let mut turns: Vec<(usize, usize, PathBuf)> = Vec::new();
        for (class, (_, pictures)) in classes.into_iter().enumerate() {
            turns.extend(pictures.into_iter().enumerate().map(|(turn, picture)| (turn, class, picture)));
        }
        turns.sort_unstable_by_key(|(turn, class, _)| (*turn, *class));
        let (classes, pictures) = turns.into_iter().map(|(_, class, picture)| (class, picture)).unzip();
        (pictures, Some(classes))
    }
}

/// Whether there is a picture in the folder, or in a folder or two inside it.
pub(super) fn holds_pictures(folder: &Path) -> bool {
    let inside = |folder: &Path| entries(folder).unwrap_or_default();
    let has = |paths: &[PathBuf]| paths.iter().any(|path| is_picture(path).unwrap_or(true) && path.is_file());
    let paths = inside(folder);
    has(&paths)
        || paths
            .iter()
            .filter(|path| path.is_dir())
            .map(|path| inside(path))
            .any(|paths| has(&paths) || paths.iter().filter(|path| path.is_dir()).any(|path| has(&inside(path))))
}

/// Appends the pictures of a folder and of those inside it.
fn collect(folder: &Path, pictures: &mut Vec<PathBuf>) -> Result<(), DataError> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(&path, pictures)?;
        } else if is_picture(&path)? {
            pictures.push(path);
        }
    }
    Ok(())
}

/// What is in a folder and not hidden, sorted by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let error = |error| exact::read_error(folder, error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// By the end of its name; one in a format that cannot be read is refused rather than passed over.
fn is_picture(path: &Path) -> Result<bool, DataError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let extension = extension.unwrap_or_default();
    if UNREADABLE.contains(&extension.as_str()) {
        return Err(DataError::PictureFormat { path: path.to_owned() });
    }
    Ok(READABLE.contains(&extension.as_str()))
}
