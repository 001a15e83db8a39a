//! A head that keeps examples, and decides by them in one way or another.

use dim_link::{Class, Verdict};

use super::examples::Examples;
use super::head::{Head, LearnError, UnlearnError};
use crate::store::Kind;

/// How a class follows from examples.
pub trait Classifier<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize> {
    /// Knows nothing of any examples.
    fn new() -> Self;

    /// What was made of the examples no longer holds.
    fn forget(&mut self);

    /// The class of an embedding, int8 codes `[units]`.
    fn classify<'e>(
        &mut self,
        examples: &'e Examples<UNITS, CLASSES, EXAMPLES>,
        embedding: &[i8],
    ) -> Option<Verdict<'e>>;
}

/// Examples, and what decides by them.
#[derive(Debug, Clone)]
pub struct KeptExamples<C, const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize> {
    pub(super) examples: Examples<UNITS, CLASSES, EXAMPLES>,
    classifier: C,
}

impl<C, const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize> Head
    for KeptExamples<C, UNITS, CLASSES, EXAMPLES>
where
    C: Classifier<UNITS, CLASSES, EXAMPLES>,
{
    const CLASSES: u16 = Examples::<UNITS, CLASSES, EXAMPLES>::CLASSES;
    const UNITS: u16 = Examples::<UNITS, CLASSES, EXAMPLES>::UNITS;
    const RECORDS: u16 = Examples::<UNITS, CLASSES, EXAMPLES>::RECORDS;
    const RECORD_BYTES: usize = Examples::<UNITS, CLASSES, EXAMPLES>::RECORD_BYTES;

    fn new() -> Self {
        Self { examples: Examples::new(), classifier: C::new() }
    }

    fn learn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, LearnError> {
        self.classifier.forget();
        self.examples.learn(class, embedding)
    }

    fn unlearn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, UnlearnError> {
        self.classifier.forget();
        self.examples.unlearn(class, embedding)
    }

    fn forget(&mut self, class: Option<&str>) -> bool {
        self.classifier.forget();
        self.examples.forget(class)
    }

    fn classify(&mut self, embedding: &[i8]) -> Option<Verdict<'_>> {
        self.classifier.classify(&self.examples, embedding)
    }

    fn class(&self, index: u16) -> Option<Class<'_>> {
        self.examples.class(index)
    }

    fn key(record: u16) -> (Kind, u16) {
        Examples::<UNITS, CLASSES, EXAMPLES>::key(record)
    }

    fn unsaved(&self) -> Option<u16> {
        self.examples.unsaved()
    }

    fn set_saved(&mut self, record: u16) {
        self.examples.set_saved(record);
    }

    fn write(&self, record: u16, value: &mut [u8]) -> Option<usize> {
        self.examples.write(record, value)
    }

    fn read(&mut self, record: u16, value: &[u8]) -> bool {
        self.classifier.forget();
        self.examples.read(record, value)
    }
}
