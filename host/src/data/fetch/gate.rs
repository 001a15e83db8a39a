//! Nothing gets into the folder of a data set without its known MD5.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::path::Path;

use md5::{Digest, Md5};

use super::error::SourceError;
use crate::hexadecimal::hexadecimal;

/// A file of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownFile {
    /// Its path inside the folder, with `/` between the parts.
    pub(super) name: Cow<'static, str>,
    /// In hexadecimal.
    pub(super) md5: Cow<'static, str>,
}

impl KnownFile {
    pub(super) const fn new(name: &'static str, md5: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), md5: Cow::Borrowed(md5) }
    }
}

/// MD5 of a file, in hexadecimal.
pub(super) fn md5_of(path: &Path) -> io::Result<String> {
    let mut hash = Md5::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hexadecimal(&hash.finalize()))
}

/// Compares every file in `folder` with its known MD5.
pub(super) fn check(files: &[KnownFile], folder: &Path) -> Result<(), SourceError> {
    for KnownFile { name, md5 } in files {
        let found = md5_of(&folder.join(&**name)).map_err(SourceError::file(&**name))?;
        if found != *md5 {
            return Err(SourceError::WrongMd5 { file: name.to_string(), found, expected: md5.to_string() });
        }
    }
    Ok(())
}
