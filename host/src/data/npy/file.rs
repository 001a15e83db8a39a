//! A file of one array, whose header is read.

use std::io::{BufRead, BufReader, Read};

use crate::data::DataError;
use crate::data::exact::{Source, read_error};
use crate::npy::Header;

/// First bytes of an archive of several arrays, as `numpy.savez` writes it.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// Bytes that are read at a time; a multiple of every element's.
const PIECE: usize = 1 << 16;

/// A file whose header is read.
pub(super) struct ArrayFile<'a> {
    expected: &'static str,
    pub(super) header: Header,
    pub(super) file: Source<'a>,
}

impl<'a> ArrayFile<'a> {
    /// Reads the header of a file that must hold what is `expected`.
    pub(super) fn open(mut file: Source<'a>, expected: &'static str) -> Result<Self, DataError> {
        let path = file.path;
        let mut start = BufReader::with_capacity(8, &mut file);
        if start.fill_buf().is_ok_and(|start| start.starts_with(ARCHIVE)) {
            return Err(DataError::Archive { path: path.to_owned() });
        }
        // What was looked at is a part of the header.
        let looked_at = start.buffer().to_vec();
        let header = Header::read(&mut looked_at.as_slice().chain(&mut file));
        let header =
            header.map_err(|error| DataError::Array { path: path.to_owned(), found: error.to_string(), expected })?;
        Ok(Self { expected, header, file })
    }

    /// That the array is of another type or shape.
    pub(super) fn unfit(&self) -> DataError {
        DataError::Array { path: self.file.path.to_owned(), found: self.header.to_string(), expected: self.expected }
    }

    /// Reads `count` times `len` elements, which must be the rest of the file; `each` is given the bytes of many of
    /// them at a time.
    pub(super) fn read(mut self, count: u64, len: u64, mut each: impl FnMut(&[u8])) -> Result<(), DataError> {
        let bytes = count.checked_mul(len).and_then(|elements| elements.checked_mul(self.header.element.bytes as u64));
        let expected = bytes.and_then(|bytes| bytes.checked_add(self.file.already)).unwrap_or(u64::MAX);
        let path = self.file.path;
        let mut piece = Vec::with_capacity(PIECE);
        while self.file.already < expected {
            let most = (expected - self.file.already).min(PIECE as u64);
            piece.clear();
            (&mut self.file).take(most).read_to_end(&mut piece).map_err(|error| read_error(path, error))?;
            if (piece.len() as u64) < most {
                break;
            }
            each(&piece);
        }
        self.file.end_at(expected)
    }
}
