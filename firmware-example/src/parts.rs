//! Files of several parts, each of which starts at a multiple of 16.

/// What is left of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a>(pub &'a [u8]);

impl<'a> Parts<'a> {
    /// `length` bytes, and what fills them up to a multiple of 16.
    pub fn part(&mut self, length: usize) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(length.next_multiple_of(16))?;
        self.0 = rest;
        part.get(..length)
    }

    /// Up to four little-endian integers in 16 bytes.
    pub fn integers<const N: usize>(&mut self) -> Option<[usize; N]> {
        let words = self.part(16)?.as_chunks::<4>().0.first_chunk::<N>()?;
        Some(words.map(|word| u32::from_le_bytes(word) as usize))
    }
}
