//! Brings data sets to the disk, every byte checked.
//!
//! A data set has sources, best first. A source fills a folder beside the destination; the MD5 of each file is compared
//! with the one that is known, and only then is any file moved into place.

mod archive;
mod client;
mod error;
mod gate;
mod images_in_rows;
mod known;
mod listed;
mod mnist;
mod name;
mod pickled_arrays;
mod place;
mod solar;
mod source;
mod watch;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

pub use error::{Attempt, FetchError, SourceError};
use known::Known;
pub use name::FetchName;
use source::Staging;

/// Files of which each gets a line of progress; of more, only their number is told.
const TOLD: usize = 10;

/// What a fetch did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fetched {
    /// What was asked for.
    pub dataset: FetchName,
    /// Folder for [`load`](super::load).
    pub folder: PathBuf,
    /// Files that were there already, with the right MD5.
    pub kept: Vec<String>,
    /// Files that are new.
    pub written: Vec<String>,
    /// Where the new files came from; none if all were kept.
    pub source: Option<&'static str>,
    /// What its authors permit, where they say it.
    pub licence: Option<&'static str>,
}

/// Brings a data set into a folder of its own in `dir`, keeping files that are right already.
///
/// `progress` gets one line for each step.
///
/// # Errors
/// If no source delivers every file with its known MD5, or the disk refuses; no file that was
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
    let (kept, written) = (Vec::new(), Vec::new());
    let mut fetched = Fetched { dataset, folder, kept, written, source: None, licence: known.licence };
    let files = known.files.known(&fetched.folder);
    for file in &files {
        let path = fetched.folder.join(&*file.name);
        match gate::md5_of(&path) {
            Ok(found) if found == file.md5 => {
                if files.len() <= TOLD {
                    progress(&format!("{}: kept, its MD5 {} is right", path.display(), file.md5));
                }
                fetched.kept.push(file.name.to_string());
            }
            Ok(found) => {
                progress(&format!("{}: MD5 {found}, expected {}; it will be replaced", path.display(), file.md5));
            }
            Err(_) => {}
        }
    }
    if files.len() > TOLD {
        progress(&format!("{}: {} files kept, their MD5s are right", fetched.folder.display(), fetched.kept.len()));
    }
    if fetched.kept.len() == files.len() {
        return Ok(fetched);
    }
    fs::create_dir_all(dir).map_err(FetchError::write(dir))?;

    let mut attempts = Vec::new();
    for source in known.sources {
        progress(&format!("{dataset}: asking {}", source.label));
        let staging = Staging::in_folder(dir).map_err(FetchError::write(dir))?;
        let brought = (source.bring)(&staging).and_then(|()| {
            let files = known.files.known(&staging.files);
            gate::check(&files, &staging.files).map(|()| files)
        });
        match brought {
            Ok(mut files) => {
                files.retain(|file| !fetched.kept.iter().any(|kept| *kept == file.name));
                place::place(&files, &staging.files, &fetched.folder)?;
                for file in files.iter().filter(|_| files.len() <= TOLD) {
                    let path = fetched.folder.join(&*file.name);
                    progress(&format!("{}: written, its MD5 {} is right", path.display(), file.md5));
                }
                if files.len() > TOLD {
                    progress(&format!(
                        "{}: {} files written, their MD5s are right",
                        fetched.folder.display(),
                        files.len()
                    ));
                }
                fetched.written = files.into_iter().map(|file| file.name.into_owned()).collect();
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

#[cfg(test)]
mod tests;
