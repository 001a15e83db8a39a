//! A list of postcard records that is decoded while it is walked.

use core::marker::PhantomData;

use crate::reader::{Reader, Record};

/// Iterates over the records in a byte string.
///
/// It ends at the end of the bytes, or at the first record that cannot be decoded; `Model::parse` refuses
/// a file with such a record.
#[derive(Debug)]
pub struct Records<'a, T> {
    bytes: &'a [u8],
    record: PhantomData<T>,
}

impl<T> Clone for Records<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Records<'_, T> {}

impl<'a, T: Record> Records<'a, T> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, record: PhantomData }
    }

    /// Counts the records.
    ///
    /// # Errors
    /// The index of the first record that cannot be decoded.
    pub(crate) fn check(mut self) -> Result<usize, usize> {
        let count = self.by_ref().count();
        if self.bytes.is_empty() { Ok(count) } else { Err(count) }
    }
}

impl<T: Record> Iterator for Records<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.bytes.is_empty() {
            return None;
        }
        let mut reader = Reader(self.bytes);
        let record = T::read(&mut reader);
        if record.is_some() {
            self.bytes = reader.0;
        }
        record
    }
}
