//! Examples that are kept, and how they are stored: what several heads decide by.

use dim_link::{Class, NAME_BYTES};

use super::bytes::{Bytes, Writer};
use super::head::{LearnError, Name, UnlearnError};
use super::votes::{self, ExampleIterator, nearest_of, replaced};
use crate::store::Kind;

/// An embedding, filled up with zeros, and the place of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Example<const UNITS: usize> {
    pub(super) class: u16,
    pub(super) codes: [i8; UNITS],
}

/// `EXAMPLES` embeddings of up to `UNITS` int8 codes, of up to `CLASSES` classes.
///
/// When all places are taken, a new example replaces one of the class with the most, whose place its codes draw (FNV-1a): so what
/// is kept of a class is about a sample of what it was shown. To replace those that are nearest to another of their class
/// keeps the odd ones, which tell classes worse (docs/DEVICE.md). Classes with one example lose none.
#[derive(Debug, Clone)]
pub struct Examples<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize> {
    classes: [Option<Name>; CLASSES],
    examples: [Option<Example<UNITS>>; EXAMPLES],
    is_class_saved: [bool; CLASSES],
    is_example_saved: [bool; EXAMPLES],
}

#[expect(clippy::cast_possible_truncation, reason = "the assertions bound the sizes")]
impl<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize> Examples<UNITS, CLASSES, EXAMPLES> {
    pub(super) const CLASSES: u16 = {
        assert!(CLASSES < 1 << 15 && EXAMPLES < 1 << 15, "too many classes or examples");
        assert!(CLASSES <= EXAMPLES, "each class has an example");
        CLASSES as u16
    };
    pub(super) const UNITS: u16 = {
        assert!(UNITS < 1 << 15, "too many units");
        UNITS as u16
    };
    pub(super) const RECORDS: u16 = Self::CLASSES + EXAMPLES as u16;
    pub(super) const RECORD_BYTES: usize = if 1 + NAME_BYTES > 2 + UNITS { 1 + NAME_BYTES } else { 2 + UNITS };

    pub(super) const fn new() -> Self {
        Self {
            classes: [const { None }; CLASSES],
            examples: [const { None }; EXAMPLES],
            is_class_saved: [true; CLASSES],
            is_example_saved: [true; EXAMPLES],
        }
    }

    /// Those that there are.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Example<UNITS>> {
        self.examples.iter().flatten()
    }

    pub(super) fn name(&self, class: u16) -> Option<&str> {
        self.classes.get(usize::from(class))?.as_deref()
    }

    pub(super) fn count(&self, class: u16) -> u32 {
        self.iter().fold(0, |count, example| count + u32::from(example.class == class))
    }

    /// Squared distance of an embedding to the nearest example that is wanted.
    pub(super) fn nearest(&self, embedding: &[i8], is_wanted: impl Fn(u16) -> bool) -> Option<u32> {
        nearest_of(self.kept(), embedding, is_wanted)
    }

    /// Those that there are, with their places.
    pub(super) fn kept(&self) -> impl ExampleIterator<'_> {
        let kept = self.examples.iter().enumerate().filter_map(|(place, example)| Some((place, example.as_ref()?)));
        kept.map(|(place, example)| votes::Example { place, class: example.class, codes: &example.codes })
    }

    fn find(&self, class: &str) -> Option<usize> {
        self.classes.iter().position(|name| name.as_ref().is_some_and(|name| name == class))
    }

    /// Where another example goes: a vacant place, or one that is drawn.
    fn place(&self, codes: &[i8; UNITS]) -> Option<usize> {
        let vacant = self.examples.iter().position(Option::is_none);
        vacant.or_else(|| replaced(self.kept(), Self::CLASSES, codes))
    }

    /// An embedding, filled up.
    fn whole(embedding: &[i8]) -> Option<[i8; UNITS]> {
        let mut codes = [0; UNITS];
        codes.get_mut(..embedding.len())?.copy_from_slice(embedding);
        Some(codes)
    }

    pub(super) fn learn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, LearnError> {
        let name = Name::try_from(class).ok().filter(|name| !name.is_empty()).ok_or(LearnError::Name)?;
        let codes = Self::whole(embedding).ok_or(LearnError::Units)?;
        let vacant = || self.classes.iter().position(Option::is_none);
        let index = self.find(class).or_else(vacant).ok_or(LearnError::Full)?;
        let place = self.place(&codes).ok_or(LearnError::Full)?;
        if let (Some(known), Some(is_saved)) = (self.classes.get_mut(index), self.is_class_saved.get_mut(index))
            && known.is_none()
        {
            (*known, *is_saved) = (Some(name), false);
        }
        let class = index as u16;
        self.set(place, Some(Example { class, codes }));
        Ok(self.count(class))
    }

    fn set(&mut self, place: usize, example: Option<Example<UNITS>>) {
        if let (Some(kept), Some(is_saved)) = (self.examples.get_mut(place), self.is_example_saved.get_mut(place)) {
            (*kept, *is_saved) = (example, false);
        }
    }

    pub(super) fn unlearn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, UnlearnError> {
        let index = self.find(class).ok_or(UnlearnError::NoClass)?;
        let (class, codes) = (index as u16, Self::whole(embedding).ok_or(UnlearnError::NoExample)?);
        let wrong = Some(Example { class, codes });
        let place = self.examples.iter().rposition(|example| *example == wrong).ok_or(UnlearnError::NoExample)?;
        self.set(place, None);
        let left = self.count(class);
        if left == 0
            && let (Some(name), Some(is_saved)) = (self.classes.get_mut(index), self.is_class_saved.get_mut(index))
        {
            (*name, *is_saved) = (None, false);
        }
        Ok(left)
    }

    pub(super) fn forget(&mut self, class: Option<&str>) -> bool {
        let mut was_any = false;
        for (index, (name, is_saved)) in self.classes.iter_mut().zip(&mut self.is_class_saved).enumerate() {
            if name.as_ref().is_none_or(|name| class.is_some_and(|class| name != class)) {
                continue;
            }
            (*name, *is_saved, was_any) = (None, false, true);
            for (example, is_saved) in self.examples.iter_mut().zip(&mut self.is_example_saved) {
                if example.is_some_and(|example| usize::from(example.class) == index) {
                    (*example, *is_saved) = (None, false);
                }
            }
        }
        was_any
    }

    pub(super) fn class(&self, index: u16) -> Option<Class<'_>> {
        let examples = self.count(index);
        self.name(index).filter(|_| examples > 0).map(|name| Class { name, examples })
    }

    pub(super) fn key(record: u16) -> (Kind, u16) {
        match record.checked_sub(Self::CLASSES) {
            None => (Kind::Neighbours, record),
            Some(example) => (Kind::Example, example),
        }
    }

    pub(super) fn unsaved(&self) -> Option<u16> {
        let all = self.is_class_saved.iter().chain(&self.is_example_saved);
        all.enumerate().find(|(_, is_saved)| !**is_saved).and_then(|(record, _)| u16::try_from(record).ok())
    }

    pub(super) fn set_saved(&mut self, record: u16) {
        let mut all = self.is_class_saved.iter_mut().chain(&mut self.is_example_saved);
        if let Some(is_saved) = all.nth(usize::from(record)) {
            *is_saved = true;
        }
    }

    pub(super) fn write(&self, record: u16, value: &mut [u8]) -> Option<usize> {
        let mut writer = Writer { rest: value, length: 0 };
        match record.checked_sub(Self::CLASSES) {
            None => {
                if let Some(name) = self.classes.get(usize::from(record))? {
                    writer.put_name(name)?;
                }
            }
            Some(example) => {
                if let Some(example) = self.examples.get(usize::from(example))? {
                    writer.put(&example.class.to_le_bytes())?;
                    example.codes.iter().try_for_each(|code| writer.put(&code.to_le_bytes()))?;
                }
            }
        }
        Some(writer.length)
    }

    pub(super) fn read(&mut self, record: u16, value: &[u8]) -> bool {
        let mut bytes = Bytes(value);
        match record.checked_sub(Self::CLASSES) {
            None => {
                let name = bytes.name().filter(|_| bytes.0.is_empty());
                let is_read = name.is_some();
                if let Some(place) = self.classes.get_mut(usize::from(record)) {
                    *place = name;
                }
                is_read
            }
            Some(index) => {
                let example = read(bytes).filter(|example| self.name(example.class).is_some());
                if let Some(place) = self.examples.get_mut(usize::from(index)) {
                    *place = example;
                }
                example.is_some()
            }
        }
    }
}

fn read<const UNITS: usize>(mut bytes: Bytes<'_>) -> Option<Example<UNITS>> {
    let class = u16::from_le_bytes(bytes.array()?);
    let codes = <[u8; UNITS]>::try_from(bytes.0).ok()?;
    Some(Example { class, codes: codes.map(u8::cast_signed) })
}
