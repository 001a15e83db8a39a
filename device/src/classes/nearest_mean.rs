//! Classes by their mean embedding, as `dim prototypes` writes them: the same means and distances to the bit.

use dim_link::{Class, NAME_BYTES, Verdict};
use dim_model_format::{mean_code, squared_difference};

use super::bytes::{Bytes, Writer};
use super::head::{Head, LearnError, Name, UnlearnError};
use crate::store::Kind;

/// An image is unknown if its squared distance to the nearest mean is more than this many times the variance of the
/// class's examples: the sum over the units.
const RADIUS: u128 = 4;
/// Examples whose squares cannot overflow.
const MOST_EXAMPLES: u32 = u16::MAX as u32;

/// A class: sums, from which an example can be taken away again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry<const UNITS: usize> {
    name: Name,
    examples: u32,
    /// Of the codes of each unit.
    sums: [i32; UNITS],
    /// Of the squares of all codes.
    squares: u64,
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

impl<const UNITS: usize> Entry<UNITS> {
    fn distance(&self, embedding: &[i8]) -> u32 {
        let count = i64::from(self.examples);
        let units = self.sums.iter().zip(embedding);
        units.map(|(sum, value)| squared_difference(mean_code(i64::from(*sum), count), *value)).sum()
    }

    /// Numerator and denominator of the variance; `None` of one example.
    fn variance(&self) -> Option<(u64, u64)> {
        let count = u64::from(self.examples);
        let square = self.sums.iter().map(|sum| u64::from(sum.unsigned_abs()).pow(2)).sum::<u64>();
        let denominator = count.checked_mul(count.checked_sub(1)?).filter(|product| *product > 0)?;
        Some((count.saturating_mul(self.squares).saturating_sub(square), denominator))
    }

    /// Whether there can be examples with these numbers: each sum is of codes, and no smaller than its squares allow.
    fn is_possible(&self) -> bool {
        let most = self.examples.saturating_mul(128);
        // Asked for only where the sums are small enough.
        let square = || self.sums.iter().map(|sum| u64::from(sum.unsigned_abs()).pow(2)).sum::<u64>();
        self.sums.iter().all(|sum| sum.unsigned_abs() <= most)
            && self.squares <= (u64::from(self.examples) * (UNITS as u64)) << 14
            && square() <= u64::from(self.examples).saturating_mul(self.squares)
    }

    /// Adds or takes away an example.
    fn count(&mut self, embedding: &[i8], sign: i32) {
        for (sum, value) in self.sums.iter_mut().zip(embedding) {
            *sum = sum.saturating_add(sign * i32::from(*value));
        }
        let squares = embedding.iter().map(|value| u64::from(value.unsigned_abs()).pow(2)).sum();
        if sign > 0 {
            self.examples += 1;
            self.squares = self.squares.saturating_add(squares);
        } else {
            self.examples = self.examples.saturating_sub(1);
            self.squares = self.squares.saturating_sub(squares);
        }
    }
}

/// Whether a fraction is less than another; denominators are above 0.
fn is_less(a: (u64, u64), b: (u64, u64)) -> bool {
    u128::from(a.0) * u128::from(b.1) < u128::from(b.0) * u128::from(a.1)
}

impl<const UNITS: usize, const CLASSES: usize> NearestMean<UNITS, CLASSES> {
    fn find(&self, class: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.as_ref().is_some_and(|entry| entry.name == class))
    }

    fn known(&self) -> impl Iterator<Item = &Entry<UNITS>> {
        self.entries.iter().flatten()
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
        let entry = place.get_or_insert(Entry { name, examples: 0, sums: [0; UNITS], squares: 0 });
        if entry.examples >= MOST_EXAMPLES {
            return Err(LearnError::Full);
        }
        entry.count(embedding, 1);
        *is_saved = false;
        Ok(entry.examples)
    }

    /// An example that was never learned is refused only where no examples could have given what would be left.
    fn unlearn(&mut self, class: &str, embedding: &[i8]) -> Result<u32, UnlearnError> {
        let index = self.find(class).ok_or(UnlearnError::NoClass)?;
        let (Some(place), Some(is_saved)) = (self.entries.get_mut(index), self.is_saved.get_mut(index)) else {
            return Err(UnlearnError::NoClass);
        };
        let mut left = place.clone().ok_or(UnlearnError::NoClass)?;
        let squares: u64 = embedding.iter().map(|value| u64::from(value.unsigned_abs()).pow(2)).sum();
        if embedding.len() > UNITS || squares > left.squares {
            return Err(UnlearnError::NoExample);
        }
        left.count(embedding, -1);
        if !left.is_possible() {
            return Err(UnlearnError::NoExample);
        }
        let examples = left.examples;
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
        let mut nearest: Option<(&Entry<UNITS>, u32)> = None;
        let mut second: Option<u32> = None;
        for entry in self.known() {
            let distance = entry.distance(embedding);
            match nearest {
                Some((_, least)) if distance >= least => second = Some(second.map_or(distance, |d| d.min(distance))),
                before => {
                    second = before.map(|(_, distance)| distance);
                    nearest = Some((entry, distance));
                }
            }
        }
        let (entry, distance) = nearest?;
        let widest = || self.known().filter_map(Entry::variance).reduce(|a, b| if is_less(a, b) { b } else { a });
        let is_known = entry.variance().or_else(widest).is_none_or(|(numerator, denominator)| {
            u128::from(distance) * u128::from(denominator) <= RADIUS * u128::from(numerator)
        });
        Some(Verdict { class: &entry.name, distance, second, is_known })
    }

    fn class(&self, index: u16) -> Option<Class<'_>> {
        let entry = self.entries.get(usize::from(index))?.as_ref()?;
        Some(Class { name: &entry.name, examples: entry.examples })
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
        writer.put(&entry.examples.to_le_bytes())?;
        writer.put(&entry.squares.to_le_bytes())?;
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
    let entry = Entry { name, examples, sums, squares };
    let is_whole = bytes.0.is_empty() && (1..=MOST_EXAMPLES).contains(&examples) && entry.is_possible();
    is_whole.then_some(entry)
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

    #[test]
    fn what_cannot_have_been_learned_is_not_taken_back() {
        let mut head = NearestMean::<1, 2>::new();
        head.learn("a", &[5]).unwrap();
        head.learn("a", &[7]).unwrap();
        // Left were one example with 4 and a square of 10, then one with 12 and a square of 74 - 0.
        assert_eq!([head.unlearn("a", &[8]), head.unlearn("a", &[0])], [Err(UnlearnError::NoExample); 2]);
        assert_eq!(
            [head.unlearn("b", &[5]), head.unlearn("a", &[5, 0])],
            [Err(UnlearnError::NoClass), Err(UnlearnError::NoExample)]
        );
        assert_eq!(head.unlearn("a", &[5]), Ok(1));
        assert_eq!(head.unlearn("a", &[6]), Err(UnlearnError::NoExample));
        assert_eq!((head.unlearn("a", &[7]), head.class(0)), (Ok(0), None));
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
