//! Little-endian numbers and names at the front of records.

use super::head::Name;

/// What is left of a record that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'b>(pub(super) &'b [u8]);

impl<'b> Bytes<'b> {
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    /// As many bytes as the first one says.
    pub(super) fn name(&mut self) -> Option<Name> {
        let [length] = self.array()?;
        let (name, rest) = self.0.split_at_checked(usize::from(length))?;
        self.0 = rest;
        Name::try_from(core::str::from_utf8(name).ok()?).ok().filter(|name| !name.is_empty())
    }
}

/// The part of a record that is still to be written, and the length of what was.
#[derive(Debug)]
pub(super) struct Writer<'b> {
    pub(super) rest: &'b mut [u8],
    pub(super) length: usize,
}

impl Writer<'_> {
    pub(super) fn put(&mut self, bytes: &[u8]) -> Option<()> {
        let (to, rest) = core::mem::take(&mut self.rest).split_at_mut_checked(bytes.len())?;
        to.copy_from_slice(bytes);
        (self.rest, self.length) = (rest, self.length + bytes.len());
        Some(())
    }

    pub(super) fn put_name(&mut self, name: &str) -> Option<()> {
        self.put(&[u8::try_from(name.len()).ok()?])?;
        self.put(name.as_bytes())
    }
}
