//! What learns classes from embeddings, one example after the other, and can be kept as records.

use dim_link::{Class, NAME_BYTES, Verdict};

use crate::store::Kind;

/// A name of a class.
pub(super) type Name = heapless::String<NAME_BYTES>;

/// Why an example was not learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LearnError {
    /// The name is empty or longer than [`NAME_BYTES`].
    Name,
    /// There are as many classes or examples as there can be.
    Full,
    /// The embedding has more units than the head.
    Units,
}

/// Why an example was not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnlearnError {
    /// There is no class of this name.
    NoClass,
    /// It is none of the class's examples, as far as the head can tell.
    NoExample,
}

/// Learns and tells classes. Its memory is in records, each of which is stored for itself.
///
/// A record whose class is gone may be left in the store by a cut of the power; [`Head::read`] refuses it.
pub trait Head {
    /// Most classes.
    const CLASSES: u16;
    /// Most units of an embedding.
    const UNITS: u16;
    /// Records that there are at most; those that others stand on come first.
    const RECORDS: u16;
    /// Longest record in bytes.
    const RECORD_BYTES: usize;

    /// Learned nothing.
    fn new() -> Self;

    /// Learns an example, int8 codes `[units]`.
    ///
    /// # Errors
    /// [`LearnError`]; then nothing has changed.
    fn learn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, LearnError>;

    /// Takes an example back, so that all is as if it had never been learned, and gives the number of those that are left. A
    /// class without examples is forgotten.
    ///
    /// # Errors
    /// [`UnlearnError`]; then nothing has changed.
    fn unlearn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, UnlearnError>;

    /// Forgets a class, or all; whether there was any.
    fn forget(&mut self, class: Option<&str>) -> bool;

    /// The class of an embedding; `None` where no class is known.
    fn classify(&mut self, embedding: &[i8]) -> Option<Verdict<'_>>;

    /// The class in a place, from 0 to [`Head::CLASSES`].
    fn class(&self, index: u16) -> Option<Class<'_>>;

    /// Kind of a record, and its index among those of the kind.
    fn key(record: u16) -> (Kind, u16);

    /// The first record that differs from the stored one.
    fn unsaved(&self) -> Option<u16>;

    /// Notes that a record is as it is stored.
    fn set_saved(&mut self, record: u16);

    /// Writes a record into a value, and gives its length: 0 of what is not there. `None` if it does not fit.
    fn write(&self, record: u16, value: &mut [u8]) -> Option<usize>;

    /// Takes a record from the store, vacant if it is empty; whether it is one that fits the records before.
    fn read(&mut self, record: u16, value: &[u8]) -> bool;
}
