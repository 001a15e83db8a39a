//! What a data set is called that has no name of its own.

use std::path::{Path, PathBuf};

/// Name of the folder itself, in lower case, also if the path is `.` or ends in `..`.
pub(super) fn of_folder(folder: &Path) -> String {
    let whole: PathBuf = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map_or_else(|| "data".to_owned(), |name| name.to_string_lossy().to_lowercase())
}
