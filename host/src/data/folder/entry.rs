//! What is in a folder: folders, pictures, and what is passed over.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::data::found::PassedOver;
use crate::data::picture::{Format, START};
use crate::data::{DataError, exact};

/// Ends of names that pictures have.
const PICTURES: [&str; 16] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "jfi", "jif", "bmp", "dib", "gif", "webp", "tif", "tiff", "heic", "heif",
    "avif",
];
/// Made by operating systems, in lower case; they are no data of anybody.
const OF_THE_SYSTEM: [&str; 5] = ["__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"];

/// What a folder holds, each sorted by name.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) folders: Vec<PathBuf>,
    pub(super) pictures: Vec<PathBuf>,
    /// Files that are no pictures.
    pub(super) others: Vec<PathBuf>,
    /// Hidden, or made by the operating system.
    pub(super) hidden: Vec<PathBuf>,
}

impl Entries {
    /// Looks into a folder, and at the first bytes of files whose names do not say that they are pictures.
    pub(super) fn of(folder: &Path) -> Result<Self, DataError> {
        let error = |error| exact::read_error(folder, error);
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(error)? {
            paths.push(entry.map_err(error)?.path());
        }
        paths.sort();
        let mut entries = Self::default();
        for path in paths {
            let kind = if is_hidden(&path) {
                &mut entries.hidden
            } else if path.is_dir() {
                &mut entries.folders
            } else if is_picture(&path)? {
                &mut entries.pictures
            } else {
                &mut entries.others
            };
            kind.push(path);
        }
        Ok(entries)
    }

    /// Counts what is neither a folder nor a picture, under its name inside `root`.
    pub(super) fn pass_over(&self, root: &Path, passed: &mut PassedOver) {
        self.hidden.iter().for_each(|path| passed.add("hidden or of the system", name_in(root, path)));
        self.others.iter().for_each(|path| passed.add("no pictures", name_in(root, path)));
    }
}

/// The path from `root`, for messages.
pub(super) fn name_in(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string().replace(['\r', '\n'], " ")
}

/// The last part of a path.
pub(super) fn last_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether pictures lie in the folder, or in a folder or two inside it.
pub(super) fn holds_pictures(folder: &Path) -> bool {
    let has = |depth: usize, folder: &Path| has_pictures(depth, folder);
    has(2, folder)
}

fn has_pictures(depth: usize, folder: &Path) -> bool {
    let Ok(entries) = Entries::of(folder) else { return false };
    !entries.pictures.is_empty() || depth > 0 && entries.folders.iter().any(|inside| has_pictures(depth - 1, inside))
}

fn is_hidden(path: &Path) -> bool {
    let name = last_name(path);
    name.starts_with('.') || OF_THE_SYSTEM.contains(&name.to_lowercase().as_str())
}

/// By the end of its name or, whatever the name is, by its content.
fn is_picture(path: &Path) -> Result<bool, DataError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    if extension.is_some_and(|extension| PICTURES.contains(&extension.as_str())) {
        return Ok(true);
    }
    // What is no regular file might wait for somebody who writes.
    if !path.is_file() {
        return Ok(false);
    }
    let error = |error| exact::read_error(path, error);
    let mut start = Vec::with_capacity(START);
    File::open(path).map_err(error)?.take(START as u64).read_to_end(&mut start).map_err(error)?;
    Ok(Format::of(&start).is_some_and(Format::is_certain))
}
