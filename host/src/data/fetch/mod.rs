//! Brings data sets to the disk, every byte checked.
//!
//! A data set has several sources, best first. A source fills a folder beside the destination; the
//! MD5 of each file is compared with the published one, and only then is any file moved into place.

mod archive;
mod client;
mod error;
mod gate;
mod images_in_rows;
mod known;
mod name;
mod pickled_arrays;
mod source;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use error::{Attempt, FetchError, SourceError};
use known::Known;
pub use name::FetchName;
use source::Staging;

use crate::persist;

/// What a fetch did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fetched {
    /// What was asked for.
    pub dataset: FetchName,
    /// Folder for [`load`](super::load).
    pub folder: PathBuf,
    /// Files that were there already, with the right MD5.
    pub kept: Vec<&'static str>,
    /// Files that are new.
    pub written: Vec<&'static str>,
    /// Where the new files came from; none if all were kept.
    pub source: Option<&'static str>,
}

/// Brings a data set into a folder of its own in `dir`, keeping files that are right already.
///
/// `progress` gets one line for each step.
///
/// # Errors
/// If no source delivers every file with its published MD5, or the disk refuses; no file that was
/// not checked is left in the data set's folder.
pub fn fetch(name: FetchName, dir: &Path, progress: &mut dyn FnMut(&str)) -> Result<Fetched, FetchError> {
    fetch_known(name, known::known(name), dir, progress)
}

fn fetch_known(
    dataset: FetchName,
    known: Known,
    dir: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<Fetched, FetchError> {
    let folder = dir.join(known.folder);

    let mut fetched = Fetched { dataset, folder, kept: Vec::new(), written: Vec::new(), source: None };
    let mut wanted = Vec::new();
    for file in known.files {
        let path = fetched.folder.join(file.name);
        match gate::md5_of(&path) {
            Ok(found) if found == file.md5 => {
                progress(&format!("{}: kept, its MD5 {} is right", path.display(), file.md5));
                fetched.kept.push(file.name);
            }
            Ok(found) => {
                progress(&format!("{}: MD5 {found}, expected {}; it will be replaced", path.display(), file.md5));
                wanted.push(*file);
            }
            Err(_) => wanted.push(*file),
        }
    }
    if wanted.is_empty() {
        return Ok(fetched);
    }
    fs::create_dir_all(dir).map_err(write_error(dir))?;

    let mut attempts = Vec::new();
    for source in known.sources {
        progress(&format!("{dataset}: asking {}", source.label));
        let staging = Staging::in_folder(dir).map_err(write_error(dir))?;
        match (source.bring)(&staging).and_then(|()| gate::check(&wanted, &staging.files)) {
            Ok(()) => {
                fs::create_dir_all(&fetched.folder).map_err(write_error(&fetched.folder))?;
                for file in &wanted {
                    let path = fetched.folder.join(file.name);
                    persist::place(&staging.files.join(file.name), &path).map_err(write_error(&path))?;
                    progress(&format!("{}: written, its MD5 {} is right", path.display(), file.md5));
                    fetched.written.push(file.name);
                }
                fetched.source = Some(source.label);
                return Ok(fetched);
            }
            Err(SourceError::File { source, .. }) if source.kind() == io::ErrorKind::StorageFull => {
                return Err(FetchError::Write { path: dir.to_owned(), source });
            }
            Err(error) => {
                progress(&format!("{dataset}: {}: {error}", source.label));
                attempts.push(Attempt { source: source.label, error, remedy: source.remedy });
            }
        }
    }
    Err(FetchError::NoSource { dataset, attempts })
}

fn write_error(path: &Path) -> impl FnOnce(io::Error) -> FetchError {
    move |source| FetchError::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
