//! Checked files to where they belong.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::error::FetchError;
use super::gate::KnownFile;
use crate::persist;

/// Moves these files from `staged` to `folder`. A folder that is not there yet appears as a whole or not at all; in one
/// that is there, each file does.
pub(super) fn place(files: &[KnownFile], staged: &Path, folder: &Path) -> Result<(), FetchError> {
    if fs::symlink_metadata(folder).is_err() {
        return place_all(files, staged, folder).map_err(FetchError::write(folder));
    }
    for file in files {
        let path = folder.join(&*file.name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(FetchError::write(parent))?;
        persist::place(&staged.join(&*file.name), &path).map_err(FetchError::write(&path))?;
    }
    Ok(())
}

fn place_all(files: &[KnownFile], staged: &Path, folder: &Path) -> io::Result<()> {
    for file in files {
        File::open(staged.join(&*file.name))?.sync_all()?;
    }
    fs::rename(staged, folder)
}
