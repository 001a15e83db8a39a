//! Nothing gets into the folder of a data set without its published MD5.

use std::fs::File;
use std::io;
use std::path::Path;

use md5::{Digest, Md5};

use super::error::SourceError;
use crate::hexadecimal::hexadecimal;

/// A file of a data set.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownFile {
    pub(super) name: &'static str,
    /// In hexadecimal.
    pub(super) md5: &'static str,
}

/// MD5 of a file, in hexadecimal.
pub(super) fn md5_of(path: &Path) -> io::Result<String> {
    let mut hash = Md5::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hexadecimal(&hash.finalize()))
}

/// Compares every file in `folder` with its published MD5.
pub(super) fn check(files: &[KnownFile], folder: &Path) -> Result<(), SourceError> {
    for file in files {
        let found = md5_of(&folder.join(file.name)).map_err(SourceError::file(file.name))?;
        if found != file.md5 {
            return Err(SourceError::WrongMd5 { file: file.name, found, expected: file.md5 });
        }
    }
    Ok(())
}
