//! Classes by their mean embedding, as `dim prototypes` writes them: the same means and distances to the bit.

use dim_link::{Class, NAME_BYTES, Verdict};

use super::bytes::{Bytes, Writer};
use super::head::{Head, LearnError, Name, UnlearnError};
use super::judgement::Judgement;
use super::sums::{Sums, Tally, nearest_mean};
use crate::store::Kind;

/// A class: sums, from which an example can be taken away again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry<const UNITS: usize> {
    name: Name,
    tally: Tally,
    /// Of the codes of each unit.
    sums: [i32; UNITS],
}

/// `CLASSES` classes of embeddings of up to `UNITS` int8 codes, each by the mean of its examples.
///
/// # Formula
/// The mean of a unit is its sum divided by the examples, rounded to nearest, ties away from zero; the nearest class is the
/// first with the least sum of squared differences `d`. Of `n` examples `x` with sum `s`, the unbiased variance is
/// `v = (n * sum |x|^2 - |s|^2) / (n * (n - 1))`, and an image is known where `d <= 4 v`. A class of one example takes the
/// largest variance of the others; without any, all is known.
#[derive(Debug, Clone)]
pub struct NearestMean<const UNITS: usize, const CLASSES: usize> {
    entries: [Option<Entry<UNITS>>; CLASSES],
    is_saved: [bool; CLASSES],
}

impl<const UNITS: usize, const CLASSES: usize> NearestMean<UNITS, CLASSES> {
    fn find(&self, class: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.as_ref().is_some_and(|entry| entry.name == class))
    }

    /// The classes that there are, with their places.
    fn known(&self) -> impl Iterator<Item = (usize, Sums<'_>)> + Clone {
        let entries = self.entries.iter().enumerate().filter_map(|(class, entry)| Some((class, entry.as_ref()?)));
        entries.map(|(class, entry)| (class, Sums { tally: entry.tally, units: &entry.sums }))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the assertions bound the sizes")]
impl<const UNITS: usize, const CLASSES: usize> Head for NearestMean<UNITS, CLASSES> {
    const CLASSES: u16 = {
        assert!(CLASSES < 1 << 15, "too many classes");
        CLASSES as u16
    };
    const UNITS: u16 = {
        assert!(UNITS < 1 << 15, "too many units");
        UNITS as u16
    };
    const RECORDS: u16 = Self::CLASSES;
    const RECORD_BYTES: usize = 4 + 8 + 1 + NAME_BYTES + 4 * UNITS;

    fn new() -> Self {
        Self { entries: [const { None }; CLASSES], is_saved: [true; CLASSES] }
    }

    fn learn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, LearnError> {
        if embedding.len() > UNITS {
            return Err(LearnError::Units);
        }
        let name = Name::try_from(class).ok().filter(|name| !name.is_empty()).ok_or(LearnError::Name)?;
        let vacant = || self.entries.iter().position(Option::is_none);
        let index = self.find(class).or_else(vacant).ok_or(LearnError::Full)?;
        let (Some(place), Some(is_saved)) = (self.entries.get_mut(index), self.is_saved.get_mut(index)) else {
            return Err(LearnError::Full);
        };
        let entry = place.get_or_insert(Entry { name, tally: Tally::NONE, sums: [0; UNITS] });
        entry.tally.add(&mut entry.sums, embedding).ok_or(LearnError::Full)?;
        *is_saved = false;
        Ok(entry.tally.examples)
    }

    /// An example that was never learned is refused only where no examples could have given what would be left.
    fn unlearn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, UnlearnError> {
        let index = self.find(class).ok_or(UnlearnError::NoClass)?;
        let (Some(place), Some(is_saved)) = (self.entries.get_mut(index), self.is_saved.get_mut(index)) else {
            return Err(UnlearnError::NoClass);
        };
        let mut left = place.clone().ok_or(UnlearnError::NoClass)?;
        if embedding.len() > UNITS {
            return Err(UnlearnError::NoExample);
        }
        left.tally.remove(&mut left.sums, embedding).ok_or(UnlearnError::NoExample)?;
        let examples = left.tally.examples;
        (*place, *is_saved) = (Some(left).filter(|_| examples > 0), false);
        Ok(examples)
    }

    fn forget(&mut self, class: Option<&str>) -> bool {
        let mut was_any = false;
        for (place, is_saved) in self.entries.iter_mut().zip(&mut self.is_saved) {
            if place.as_ref().is_some_and(|entry| class.is_none_or(|class| entry.name == class)) {
                (*place, *is_saved, was_any) = (None, false, true);
            }
        }
        was_any
    }

    fn classify(&mut self, embedding: &[i8]) -> Option<Verdict<'_>> {
        let Judgement { class, distance, second, is_known } = nearest_mean(self.known(), embedding)?;
        let class = &self.entries.get(class)?.as_ref()?.name;
        Some(Verdict { class, distance, second, is_known })
    }

    fn class(&self, index: u16) -> Option<Class<'_>> {
        let entry = self.entries.get(usize::from(index))?.as_ref()?;
        Some(Class { name: &entry.name, examples: entry.tally.examples })
    }

    fn key(record: u16) -> (Kind, u16) {
        (Kind::Mean, record)
    }

    fn unsaved(&self) -> Option<u16> {
        self.is_saved.iter().position(|is_saved| !is_saved).and_then(|index| u16::try_from(index).ok())
    }

    fn set_saved(&mut self, record: u16) {
        if let Some(is_saved) = self.is_saved.get_mut(usize::from(record)) {
            *is_saved = true;
        }
    }

    fn write(&self, record: u16, value: &mut [u8]) -> Option<usize> {
        let Some(entry) = self.entries.get(usize::from(record))? else { return Some(0) };
        let mut writer = Writer { rest: value, length: 0 };
        writer.put(&entry.tally.examples.to_le_bytes())?;
        writer.put(&entry.tally.squares.to_le_bytes())?;
        writer.put_name(&entry.name)?;
        entry.sums.iter().try_for_each(|sum| writer.put(&sum.to_le_bytes()))?;
        Some(writer.length)
    }

    fn read(&mut self, record: u16, value: &[u8]) -> bool {
        let entry = read(Bytes(value));
        let is_read = entry.is_some();
        if let Some(place) = self.entries.get_mut(usize::from(record)) {
            *place = entry;
        }
        is_read
    }
}

/// A class whose numbers could be of its examples.
fn read<const UNITS: usize>(mut bytes: Bytes<'_>) -> Option<Entry<UNITS>> {
    let examples = u32::from_le_bytes(bytes.array()?);
    let squares = u64::from_le_bytes(bytes.array()?);
    let name = bytes.name()?;
    let mut sums = [0; UNITS];
    for sum in &mut sums {
        *sum = i32::from_le_bytes(bytes.array()?);
    }
    let tally = Tally { examples, squares, ..Tally::NONE };
    (bytes.0.is_empty() && tally.could_be(&sums)).then_some(Entry { name, tally, sums })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_rounded_as_those_of_the_host_and_the_first_class_wins_a_tie() {
        let mut head = NearestMean::<2, 3>::new();
        assert_eq!(head.classify(&[0, 0]), None);
        for (class, codes) in [("a", [1, -1]), ("a", [2, -2]), ("b", [2, -2])] {
            head.learn(class, &codes).unwrap();
        }
        // 1.5 becomes 2 and -1.5 becomes -2: both classes have the same mean.
        let verdict = head.classify(&[5, -2]).unwrap();
        assert_eq!((verdict.class, verdict.distance, verdict.second), ("a", 9, Some(9)));
    }

    /// Examples 0 and 10: mean 5, variance 50, radius 200.
    #[test]
    fn what_is_beyond_the_radius_of_the_examples_is_unknown() {
        let mut head = NearestMean::<1, 2>::new();
        head.learn("a", &[0]).unwrap();
        assert!(head.classify(&[127]).unwrap().is_known, "one example gives no radius");
        head.learn("a", &[10]).unwrap();
        assert!(head.classify(&[19]).unwrap().is_known);
        assert!(!head.classify(&[20]).unwrap().is_known);
        assert!(!head.classify(&[-10]).unwrap().is_known);
        // A class of one example takes the radius of the others.
        head.learn("b", &[100]).unwrap();
        assert!(head.classify(&[114]).unwrap().is_known && !head.classify(&[115]).unwrap().is_known);
        assert_eq!(head.learn("c", &[0]), Err(LearnError::Full));
        assert_eq!([head.learn("", &[0]), head.learn(&"x".repeat(25), &[0])], [Err(LearnError::Name); 2]);
    }

    proptest::proptest! {
        /// The last example taken away leaves what was there, and a record comes back as it was written.
        #[test]
        fn learning_and_unlearning_cancel(codes: Vec<[i8; 3]>, other: [i8; 3]) {
            let mut head = NearestMean::<3, 2>::new();
            for codes in &codes {
                head.learn("a", codes).unwrap();
            }
            let before = head.entries.clone();
            head.learn("a", &other).unwrap();
            assert_eq!(head.unlearn("a", &other), Ok(u32::try_from(codes.len()).unwrap()));
            assert_eq!(&head.entries, &before);
            let mut value = [0; NearestMean::<3, 2>::RECORD_BYTES];
            let length = head.write(0, &mut value).unwrap();
            let mut back = NearestMean::<3, 2>::new();
            assert_eq!(back.read(0, &value[..length]), !codes.is_empty());
            assert_eq!(back.entries, before);
        }
    }
}
