//! Classes by examples that are kept: the class of most of an image's nearest ones.

use dim_link::{Class, NAME_BYTES, Verdict};

use super::bytes::{Bytes, Writer};
use super::head::{Head, LearnError, Name};
use super::judgement::Judgement;
use super::votes::{Example, Examples, least_telling, vote};
use crate::store::Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept<const UNITS: usize> {
    class: u16,
    codes: [i8; UNITS],
}

/// `EXAMPLES` embeddings of up to `UNITS` int8 codes, of up to `CLASSES` classes, of which the nearest `NEIGHBOURS` vote.
///
/// # Formula
/// Distances are sums of squared differences; of equal ones the example in the earlier place is nearer. The class with most of
/// the nearest votes wins, of several that of the nearest. When all places are taken, a new example replaces the one that
/// says least: the one that is nearest to another of its own class. Classes with one example lose none.
#[derive(Debug, Clone)]
pub struct NearestNeighbours<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize, const NEIGHBOURS: usize> {
    classes: [Option<Name>; CLASSES],
    examples: [Option<Kept<UNITS>>; EXAMPLES],
    is_class_saved: [bool; CLASSES],
    is_example_saved: [bool; EXAMPLES],
}

impl<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize, const NEIGHBOURS: usize>
    NearestNeighbours<UNITS, CLASSES, EXAMPLES, NEIGHBOURS>
{
    fn find(&self, class: &str) -> Option<usize> {
        self.classes.iter().position(|name| name.as_ref().is_some_and(|name| name == class))
    }

    fn name(&self, class: u16) -> Option<&str> {
        self.classes.get(usize::from(class))?.as_deref()
    }

    fn count(&self, class: u16) -> u32 {
        self.examples.iter().flatten().fold(0, |count, example| count + u32::from(example.class == class))
    }

    /// Those that there are, with their places.
    fn kept(&self) -> impl Examples<'_> {
        let kept = self.examples.iter().enumerate().filter_map(|(place, kept)| Some((place, kept.as_ref()?)));
        kept.map(|(place, kept)| Example { place, class: kept.class, codes: &kept.codes })
    }

    /// Where another example goes: a vacant place, or that of the one that says least.
    fn place(&self) -> Option<usize> {
        self.examples.iter().position(Option::is_none).or_else(|| least_telling(self.kept()))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the assertions bound the sizes")]
impl<const UNITS: usize, const CLASSES: usize, const EXAMPLES: usize, const NEIGHBOURS: usize> Head
    for NearestNeighbours<UNITS, CLASSES, EXAMPLES, NEIGHBOURS>
{
    const CLASSES: u16 = {
        assert!(CLASSES < 1 << 15 && EXAMPLES < 1 << 15, "too many classes or examples");
        assert!(CLASSES <= EXAMPLES, "each class has an example");
        CLASSES as u16
    };
    const UNITS: u16 = {
        assert!(UNITS < 1 << 15, "too many units");
        UNITS as u16
    };
    const RECORDS: u16 = Self::CLASSES + EXAMPLES as u16;
    const RECORD_BYTES: usize = if 1 + NAME_BYTES > 2 + UNITS { 1 + NAME_BYTES } else { 2 + UNITS };

    fn new() -> Self {
        Self {
            classes: [const { None }; CLASSES],
            examples: [const { None }; EXAMPLES],
            is_class_saved: [true; CLASSES],
            is_example_saved: [true; EXAMPLES],
        }
    }

    fn learn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, LearnError> {
        let name = Name::try_from(class).ok().filter(|name| !name.is_empty()).ok_or(LearnError::Name)?;
        let mut codes = [0; UNITS];
        codes.get_mut(..embedding.len()).ok_or(LearnError::Units)?.copy_from_slice(embedding);
        let vacant = || self.classes.iter().position(Option::is_none);
        let index = self.find(class).or_else(vacant).ok_or(LearnError::Full)?;
        let place = self.place().ok_or(LearnError::Full)?;
        if let (Some(known), Some(is_saved)) = (self.classes.get_mut(index), self.is_class_saved.get_mut(index))
            && known.is_none()
        {
            (*known, *is_saved) = (Some(name), false);
        }
        let class = index as u16;
        if let (Some(example), Some(is_saved)) = (self.examples.get_mut(place), self.is_example_saved.get_mut(place)) {
            (*example, *is_saved) = (Some(Kept { class, codes }), false);
        }
        Ok(self.count(class))
    }

    fn forget(&mut self, class: Option<&str>) -> bool {
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

    fn classify(&self, embedding: &[i8]) -> Option<Verdict<'_>> {
        let Judgement { class, distance, second, is_known } = vote::<NEIGHBOURS>(self.kept(), embedding, NEIGHBOURS)?;
        let class = self.classes.get(class)?.as_deref()?;
        Some(Verdict { class, distance, second, is_known })
    }

    fn class(&self, index: u16) -> Option<Class<'_>> {
        let examples = self.count(index);
        self.name(index).filter(|_| examples > 0).map(|name| Class { name, examples })
    }

    fn key(record: u16) -> (Kind, u16) {
        match record.checked_sub(Self::CLASSES) {
            None => (Kind::Neighbours, record),
            Some(example) => (Kind::Example, example),
        }
    }

    fn unsaved(&self) -> Option<u16> {
        let all = self.is_class_saved.iter().chain(&self.is_example_saved);
        all.enumerate().find(|(_, is_saved)| !**is_saved).and_then(|(record, _)| u16::try_from(record).ok())
    }

    fn set_saved(&mut self, record: u16) {
        let mut all = self.is_class_saved.iter_mut().chain(&mut self.is_example_saved);
        if let Some(is_saved) = all.nth(usize::from(record)) {
            *is_saved = true;
        }
    }

    fn write(&self, record: u16, value: &mut [u8]) -> Option<usize> {
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

    fn read(&mut self, record: u16, value: &[u8]) -> bool {
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

fn read<const UNITS: usize>(mut bytes: Bytes<'_>) -> Option<Kept<UNITS>> {
    let class = u16::from_le_bytes(bytes.array()?);
    let codes = <[u8; UNITS]>::try_from(bytes.0).ok()?;
    Some(Kept { class, codes: codes.map(u8::cast_signed) })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Four = NearestNeighbours<1, 3, 4, 3>;

    fn learned(examples: &[(&str, i8)]) -> Four {
        let mut head = Four::new();
        for (class, code) in examples {
            head.learn(class, &[*code]).unwrap();
        }
        head
    }

    #[test]
    fn most_of_the_nearest_win_and_then_the_nearest() {
        let head = learned(&[("a", 0), ("b", 10), ("b", 12)]);
        let verdict = head.classify(&[4]).unwrap();
        assert_eq!((verdict.class, verdict.distance, verdict.second), ("b", 36, Some(16)));
        let head = learned(&[("a", 0), ("b", 10), ("c", 12)]);
        assert_eq!(head.classify(&[4]).unwrap().class, "a");
        assert_eq!(head.classify(&[6]).unwrap().class, "b");
        assert_eq!(Four::new().classify(&[6]), None);
    }

    #[test]
    fn the_example_that_is_nearest_to_its_own_is_replaced() {
        let mut head = learned(&[("a", 0), ("a", 50), ("a", 53), ("b", 54)]);
        assert_eq!(head.learn("b", &[90]), Ok(2));
        let codes = head.examples.map(|example| example.unwrap().codes[0]);
        assert_eq!(codes, [0, 90, 53, 54], "50 and 53 say the same; the first of them goes");
        let mut head = NearestNeighbours::<1, 2, 2, 1>::new();
        assert_eq!(
            [head.learn("a", &[0]), head.learn("b", &[1]), head.learn("b", &[2])],
            [Ok(1), Ok(1), Err(LearnError::Full)]
        );
    }

    /// The examples of `a` are 10 apart: 400 is four times the square.
    #[test]
    fn what_is_farther_than_the_examples_are_is_unknown() {
        let head = learned(&[("a", 0), ("a", 10)]);
        assert!(head.classify(&[30]).unwrap().is_known);
        assert!(!head.classify(&[31]).unwrap().is_known);
    }

    #[test]
    fn an_example_of_a_class_that_is_gone_is_refused() {
        let mut head = learned(&[("a", 5)]);
        let mut value = [0; 8];
        let length = head.write(3, &mut value).unwrap();
        assert!(head.forget(Some("a")) && !head.forget(Some("a")));
        assert_eq!((head.unsaved(), head.classify(&[5])), (Some(0), None));
        assert!(!head.read(3, &value[..length]));
        assert_eq!(head.examples[0], None);
    }
}
