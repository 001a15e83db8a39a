//! What stands at the beginning of memory in which classes are kept.

use bytemuck::{Pod, Zeroable};

use super::means::{Entry, Means};
use super::neighbours::{DIM_MOST_NEIGHBOURS, Neighbours};
use crate::name::KEPT;
use crate::status::Status;

/// Changes when what is kept is laid out otherwise.
const MAGIC: u32 = u32::from_le_bytes(*b"dmC1");
const MEANS: u16 = 1;
const NEIGHBOURS: u16 = 2;

/// Which classes they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Head {
    magic: u32,
    kind: u16,
    units: u16,
    classes: u16,
    /// Of neighbours.
    examples: u16,
    /// Of neighbours: how many vote.
    neighbours: u16,
    reserved: u16,
    identity: [u8; 16],
}

/// Words of it.
const HEAD_WORDS: usize = size_of::<Head>() / size_of::<u64>();

/// What is kept.
pub(super) enum Kept<'m> {
    Means(Means<'m>),
    Neighbours(Neighbours<'m>),
}

impl Head {
    /// Of classes by their means.
    pub(super) fn of_means(units: usize, classes: u16, identity: [u8; 16]) -> Result<Self, Status> {
        let units = u16::try_from(units).map_err(|_| Status::OutOfRange)?;
        let head = Self { magic: MAGIC, kind: MEANS, units, classes, identity, ..Self::zeroed() };
        if classes > 0 { Ok(head) } else { Err(Status::OutOfRange) }
    }

    /// Of classes by their examples.
    pub(super) fn of_neighbours(
        units: usize,
        [classes, examples, neighbours]: [u16; 3],
        identity: [u8; 16],
    ) -> Result<Self, Status> {
        let head = Self { kind: NEIGHBOURS, examples, neighbours, ..Self::of_means(units, classes, identity)? };
        let is_in_range = classes <= examples && (1..=DIM_MOST_NEIGHBOURS).contains(&neighbours);
        if is_in_range { Ok(head) } else { Err(Status::OutOfRange) }
    }

    /// Bytes that they take, this head included.
    fn bytes(&self) -> Option<usize> {
        let [units, classes, examples] = [self.units, self.classes, self.examples].map(usize::from);
        if self.reserved != 0 {
            return None;
        }
        let kept = match self.kind {
            MEANS if [self.examples, self.neighbours] == [0; 2] => {
                units.checked_mul(size_of::<i32>())?.checked_add(size_of::<Entry>())?.checked_mul(classes)?
            }
            NEIGHBOURS => (units + size_of::<u16>()).checked_mul(examples)?.checked_add(KEPT.checked_mul(classes)?)?,
            _ => return None,
        };
        size_of::<Self>().checked_add(kept)
    }

    /// Whether they are of an encoder.
    pub(super) fn is_of(&self, units: usize, identity: [u8; 16]) -> bool {
        self.identity == identity && usize::from(self.units) == units
    }

    /// Units of an embedding.
    pub(super) fn units(&self) -> usize {
        self.units.into()
    }

    /// Writes a head, behind which nothing is kept yet.
    pub(super) fn begin(self, words: &mut [u64]) -> Result<(), Status> {
        let needed = self.bytes().ok_or(Status::MemoryTooSmall)?.div_ceil(size_of::<u64>());
        let words = words.get_mut(..needed).ok_or(Status::MemoryTooSmall)?;
        words.fill(0);
        let (head, _) = words.split_at_mut_checked(HEAD_WORDS).ok_or(Status::MemoryTooSmall)?;
        *bytemuck::try_from_bytes_mut(bytemuck::cast_slice_mut(head)).map_err(|_| Status::Misaligned)? = self;
        if let (_, Kept::Neighbours(mut kept)) = Self::open(words)? {
            kept.clear();
        }
        Ok(())
    }

    /// The head in some words, and what is kept behind it.
    pub(super) fn open(words: &mut [u64]) -> Result<(Self, Kept<'_>), Status> {
        let (head, rest) = words.split_at_mut_checked(HEAD_WORDS).ok_or(Status::MemoryTooSmall)?;
        let head: Self = bytemuck::try_pod_read_unaligned(bytemuck::cast_slice(head)).map_err(|_| Status::NotBegun)?;
        if head.magic != MAGIC {
            return Err(Status::NotBegun);
        }
        let bytes = head.bytes().ok_or(Status::NotBegun)?.saturating_sub(size_of::<Self>());
        let rest = bytemuck::cast_slice_mut(rest).get_mut(..bytes).ok_or(Status::MemoryTooSmall)?;
        let [units, classes, examples] = [head.units, head.classes, head.examples].map(usize::from);
        let kept = match head.kind {
            MEANS => Means::over(rest, units, classes).map(Kept::Means),
            _ => Neighbours::over(rest, units, [classes, examples], head.neighbours.into()).map(Kept::Neighbours),
        };
        Ok((head, kept.ok_or(Status::NotBegun)?))
    }
}
