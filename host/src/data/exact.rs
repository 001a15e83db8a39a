//! Bytes of a file, exactly as many as there must be.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::DataError;

/// The plain file of this name or, where there is none, the one with `.gz` behind the name.
pub(super) fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    [folder.join(name), folder.join(format!("{name}.gz"))].into_iter().find(|path| path.is_file())
}

/// The content of a file, as far as it is not read yet.
pub(super) struct Source<'a> {
    /// For messages.
    pub(super) path: &'a Path,
    bytes: Box<dyn Read + 'a>,
    /// Bytes that are read.
    pub(super) already: u64,
}

impl<'a> Source<'a> {
    /// Opens a file; see [`Source::unpacked`].
    pub(super) fn open(path: &'a Path) -> Result<Self, DataError> {
        let file = File::open(path).map_err(|error| read_error(path, error))?;
        Ok(Self::unpacked(path, BufReader::new(file)))
    }

    /// The content of a file, which is unpacked on the way if its name ends in `.gz`.
    pub(super) fn unpacked(path: &'a Path, file: impl BufRead + 'a) -> Self {
        let is_packed = path.extension().is_some_and(|extension| extension == "gz");
        let bytes: Box<dyn Read + 'a> = if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        Self { path, bytes, already: 0 }
    }

    /// Reads the fixed first bytes.
    pub(super) fn read_start<const LEN: usize>(&mut self) -> Result<[u8; LEN], DataError> {
        let mut start = Vec::with_capacity(LEN);
        self.take(LEN as u64).read_to_end(&mut start).map_err(|error| read_error(self.path, error))?;
        start.try_into().map_err(|start: Vec<u8>| self.length(start.len() as u64, LEN as u64))
    }

    /// Reads the rest, up to the last of `expected` bytes of the whole file.
    ///
    /// Memory grows with what the file holds, not with what its header claims.
    pub(super) fn read_rest(&mut self, expected: u64) -> Result<Vec<u8>, DataError> {
        let mut rest = Vec::new();
        self.take(expected - self.already).read_to_end(&mut rest).map_err(|error| read_error(self.path, error))?;
        self.end_at(expected)?;
        Ok(rest)
    }

    /// Refuses a file that does not end after `expected` bytes, all of which have been read if they are there.
    pub(super) fn end_at(&mut self, expected: u64) -> Result<(), DataError> {
        io::copy(self, &mut io::sink()).map_err(|error| read_error(self.path, error))?;
        if self.already != expected {
            return Err(self.length(self.already, expected));
        }
        Ok(())
    }

    fn length(&self, found: u64, expected: u64) -> DataError {
        DataError::Length { path: self.path.to_owned(), found, expected }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.bytes.read(buffer)?;
        self.already += len as u64;
        Ok(len)
    }
}

/// Reads `count` bytes of a plain file that must have `expected` bytes; the rest stays on the disk.
pub(super) fn read_first(path: &Path, count: u64, expected: u64) -> Result<Vec<u8>, DataError> {
    let file = File::open(path).map_err(|error| read_error(path, error))?;
    let found = file.metadata().map_err(|error| read_error(path, error))?.len();
    if found != expected {
        return Err(DataError::Length { path: path.to_owned(), found, expected });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(count).unwrap_or(0));
    file.take(count).read_to_end(&mut bytes).map_err(|error| read_error(path, error))?;
    Ok(bytes)
}

pub(super) fn read_error(path: &Path, source: io::Error) -> DataError {
    DataError::Read { path: path.to_owned(), source }
}
