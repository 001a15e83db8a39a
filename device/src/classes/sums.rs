//! The arithmetic of [`NearestMean`](super::NearestMean) on sums that lie anywhere: in a head, or in memory that a program of
//! another language brings.

use dim_model_format::{mean_code, squared_difference};

use super::judgement::Judgement;

/// An image is unknown if its squared distance to the nearest mean is more than this many times the variance of the
/// class's examples: the sum over the units.
const RADIUS: u128 = 4;
/// Examples of a class whose squares cannot overflow.
pub const MOST_EXAMPLES: u32 = u16::MAX as u32;

/// How many examples a class has, and the sum of the squares of all their codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Tally {
    /// Of the codes of all units.
    pub squares: u64,
    /// At most [`MOST_EXAMPLES`].
    pub examples: u32,
    /// Fills the last word.
    pub reserved: u32,
}

impl Tally {
    /// Of no example.
    pub const NONE: Self = Self { squares: 0, examples: 0, reserved: 0 };

    /// Adds an example to the tally and to the sums of its units. `None`, and no change, if there are as many as there can be.
    pub fn add(&mut self, sums: &mut [i32], embedding: &[i8]) -> Option<()> {
        if self.examples >= MOST_EXAMPLES {
            return None;
        }
        add(sums, embedding, 1);
        self.examples += 1;
        self.squares = self.squares.saturating_add(squares(embedding));
        Some(())
    }

    /// Takes an example away again. `None` if no examples could have what would be left; then the numbers are of no use.
    pub fn remove(&mut self, sums: &mut [i32], embedding: &[i8]) -> Option<()> {
        add(sums, embedding, -1);
        self.examples = self.examples.checked_sub(1)?;
        self.squares = self.squares.checked_sub(squares(embedding))?;
        (self.could_be(sums) || self.is_nothing(sums)).then_some(())
    }

    fn is_nothing(self, sums: &[i32]) -> bool {
        self.examples == 0 && self.squares == 0 && sums.iter().all(|sum| *sum == 0)
    }

    /// Whether examples of as many units as there are sums could have them: each sum is of codes, and no larger than the squares
    /// allow. Then no number overflows.
    pub fn could_be(self, sums: &[i32]) -> bool {
        let Some(most) = self.examples.checked_mul(128) else { return false };
        // Asked for only where the sums are small enough.
        let square = || sums.iter().map(|sum| u64::from(sum.unsigned_abs()).pow(2)).sum::<u64>();
        (1..=MOST_EXAMPLES).contains(&self.examples)
            && sums.iter().all(|sum| sum.unsigned_abs() <= most)
            && self.squares <= u64::from(self.examples).saturating_mul(sums.len() as u64) << 14
            && square() <= u64::from(self.examples).saturating_mul(self.squares)
    }
}

fn add(sums: &mut [i32], embedding: &[i8], sign: i32) {
    for (sum, value) in sums.iter_mut().zip(embedding) {
        *sum = sum.saturating_add(sign * i32::from(*value));
    }
}

fn squares(embedding: &[i8]) -> u64 {
    embedding.iter().map(|value| u64::from(value.unsigned_abs()).pow(2)).sum()
}

/// A class by its examples; [`Tally::could_be`] is true of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums<'a> {
    /// How many they are.
    pub tally: Tally,
    /// Of the codes of each unit.
    pub units: &'a [i32],
}

impl Sums<'_> {
    fn distance(&self, embedding: &[i8]) -> u32 {
        let count = i64::from(self.tally.examples);
        let units = self.units.iter().zip(embedding);
        units.map(|(sum, value)| squared_difference(mean_code(i64::from(*sum), count), *value)).sum()
    }

    /// Numerator and denominator of the variance; `None` of one example.
    fn variance(&self) -> Option<(u64, u64)> {
        let count = u64::from(self.tally.examples);
        let square = self.units.iter().map(|sum| u64::from(sum.unsigned_abs()).pow(2)).sum::<u64>();
        let denominator = count.checked_mul(count.checked_sub(1)?).filter(|product| *product > 0)?;
        Some((count.saturating_mul(self.tally.squares).saturating_sub(square), denominator))
    }
}

/// Whether a fraction is less than another; denominators are above 0.
fn is_less(a: (u64, u64), b: (u64, u64)) -> bool {
    u128::from(a.0) * u128::from(b.1) < u128::from(b.0) * u128::from(a.1)
}

/// The class with the nearest mean, among some with their places, by the formula of
/// [`NearestMean`](super::NearestMean); `None` if there is none.
pub fn nearest_mean<'a>(
    classes: impl Iterator<Item = (usize, Sums<'a>)> + Clone,
    embedding: &[i8],
) -> Option<Judgement> {
    let mut nearest: Option<(usize, Sums<'a>, u32)> = None;
    let mut second: Option<u32> = None;
    for (class, sums) in classes.clone() {
        let distance = sums.distance(embedding);
        match nearest {
            Some((.., least)) if distance >= least => second = Some(second.map_or(distance, |d| d.min(distance))),
            before => {
                second = before.map(|(.., distance)| distance);
                nearest = Some((class, sums, distance));
            }
        }
    }
    let (class, sums, distance) = nearest?;
    let widest = || classes.filter_map(|(_, sums)| sums.variance()).reduce(|a, b| if is_less(a, b) { b } else { a });
    let is_known = sums.variance().or_else(widest).is_none_or(|(numerator, denominator)| {
        u128::from(distance) * u128::from(denominator) <= RADIUS * u128::from(numerator)
    });
    Some(Judgement { class, distance, second, is_known })
}
