//! Bytes of a file, exactly as many as there must be.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::DataError;

/// The plain file of this name or, where there is none, the one with `.gz` behind the name.
pub(super) fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    [folder.join(name), folder.join(format!("{name}.gz"))].into_iter().find(|path| path.is_file())
}

/// Opens a file, unpacking it on the way if its name ends in `.gz`.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, DataError> {
    let file = BufReader::new(File::open(path).map_err(|error| read_error(path, error))?);
    Ok(if path.extension().is_some_and(|extension| extension == "gz") {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

/// Reads the fixed first bytes of a file.
pub(super) fn read_start<const LEN: usize>(reader: &mut dyn Read, path: &Path) -> Result<[u8; LEN], DataError> {
    let mut start = Vec::with_capacity(LEN);
    reader.take(LEN as u64).read_to_end(&mut start).map_err(|error| read_error(path, error))?;
    start.try_into().map_err(|start: Vec<u8>| DataError::Length {
        path: path.to_owned(),
        found: start.len() as u64,
        expected: LEN as u64,
    })
}

/// Reads the rest of a file of `expected` bytes of which `already` are read.
///
/// Memory grows with what the file holds, not with what its header claims.
pub(super) fn read_rest(reader: &mut dyn Read, path: &Path, already: u64, expected: u64) -> Result<Vec<u8>, DataError> {
    let mut rest = Vec::new();
    reader.take(expected - already).read_to_end(&mut rest).map_err(|error| read_error(path, error))?;
    let beyond = io::copy(reader, &mut io::sink()).map_err(|error| read_error(path, error))?;
    let found = already + rest.len() as u64 + beyond;
    if found != expected {
        return Err(DataError::Length { path: path.to_owned(), found, expected });
    }
    Ok(rest)
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
