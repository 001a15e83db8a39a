//! The arithmetic of [`NearestNeighbours`](super::NearestNeighbours), and which examples are kept, on examples that lie anywhere: in a head, or in memory
//! that a program of another language brings.

use dim_model_format::squared_difference;

use super::judgement::Judgement;

/// An image is unknown if the nearest example of its class is farther than this many times the largest squared distance of an
/// example of the class to the one nearest to it.
const RADIUS: u64 = 4;

/// An example that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example<'a> {
    /// Its own place.
    pub place: usize,
    /// Place of its class.
    pub class: u16,
    /// Int8 codes `[units]`.
    pub codes: &'a [i8],
}

impl Example<'_> {
    fn distance(&self, embedding: &[i8]) -> u32 {
        self.codes.iter().zip(embedding).map(|(code, value)| squared_difference(*code, *value)).sum()
    }
}

/// Examples in the order of their places, to go through more than once.
pub trait ExampleIterator<'a>: Iterator<Item = Example<'a>> + Clone {}

impl<'a, I: Iterator<Item = Example<'a>> + Clone> ExampleIterator<'a> for I {}

/// Squared distance of an embedding to the nearest example of a class that is wanted.
pub(super) fn nearest_of<'a>(
    examples: impl ExampleIterator<'a>,
    embedding: &[i8],
    is_wanted: impl Fn(u16) -> bool,
) -> Option<u32> {
    examples.filter(|example| is_wanted(example.class)).map(|example| example.distance(embedding)).min()
}

/// Every example with its squared distance to the nearest other one of its class, where it has one.
fn own_distances<'a>(examples: impl ExampleIterator<'a>) -> impl Iterator<Item = (Example<'a>, u32)> {
    examples.clone().filter_map(move |example| {
        let others = examples.clone().filter(|other| other.place != example.place && other.class == example.class);
        Some((example, others.map(|other| other.distance(example.codes)).min()?))
    })
}

/// Fowler, Noll and Vo's hash FNV-1a of 32 bits, of which the upper bits are the better ones.
const FNV_BASIS: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;
const FNV_SHIFT: u32 = 8;

/// The place of the example that another one, of these codes, replaces: one of the class with the most, the first of several, drawn
/// by what the codes add up to. `None` where no class has two.
pub fn replaced<'a>(examples: impl ExampleIterator<'a>, classes: u16, codes: &[i8]) -> Option<usize> {
    let of = |class: u16| examples.clone().filter(move |example| example.class == class);
    let count = |class: u16| of(class).fold(0_u32, |count, _| count + 1);
    let largest = (0..classes).rev().max_by_key(|class| count(*class))?;
    let count = Some(count(largest)).filter(|count| *count > 1)?;
    let hash = |hash: u32, code: &i8| (hash ^ u32::from(code.cast_unsigned())).wrapping_mul(FNV_PRIME);
    let drawn = (codes.iter().fold(FNV_BASIS, hash) >> FNV_SHIFT) % count;
    of(largest).nth(drawn as usize).map(|example| example.place)
}

/// Distance and class of the `neighbours` nearest examples in order, at most `MOST`.
fn nearest<'a, const MOST: usize>(
    examples: impl ExampleIterator<'a>,
    embedding: &[i8],
    neighbours: usize,
) -> [Option<(u32, u16)>; MOST] {
    let mut nearest = [None; MOST];
    for example in examples {
        let mut next = (example.distance(embedding), example.class);
        // Those behind it move on by a place, in the order that they have.
        let mut moves = false;
        for place in nearest.iter_mut().take(neighbours) {
            let Some(other) = place else {
                *place = Some(next);
                break;
            };
            if moves || next.0 < other.0 {
                core::mem::swap(other, &mut next);
                moves = true;
            }
        }
    }
    nearest
}

/// The class that most of the `neighbours` nearest examples are of, at most `MOST`, by the formula of
/// [`NearestNeighbours`](super::NearestNeighbours); `None` if there is no example.
pub fn vote<'a, const MOST: usize>(
    examples: impl ExampleIterator<'a>,
    embedding: &[i8],
    neighbours: usize,
) -> Option<Judgement> {
    let nearest = nearest::<MOST>(examples.clone(), embedding, neighbours);
    let nearest = nearest.iter().flatten();
    let votes = |class: u16| nearest.clone().filter(|(_, other)| *other == class).count();
    // Of equal ones, `max_by_key` gives the last: from the farthest, that is the nearest.
    let (_, class) = nearest.clone().rev().max_by_key(|(_, class)| votes(*class))?;
    let distance = nearest_of(examples.clone(), embedding, |other| other == *class)?;
    let second = nearest_of(examples.clone(), embedding, |other| other != *class);
    let own = |of_class: fn(u16, u16) -> bool| {
        let own = own_distances(examples.clone()).filter(|(example, _)| of_class(example.class, *class));
        own.map(|(_, distance)| distance).max()
    };
    let radius = own(|a, b| a == b).or_else(|| own(|_, _| true));
    let is_known = radius.is_none_or(|radius| u64::from(distance) <= RADIUS * u64::from(radius));
    Some(Judgement { class: usize::from(*class), distance, second, is_known })
}
