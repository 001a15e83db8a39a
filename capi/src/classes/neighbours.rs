//! Classes by examples that are kept, in memory of the caller.

use dim_device::classes::{Example, ExampleIterator, Judgement, replaced, vote};

use super::row::{row, row_mut};
use crate::name::{KEPT, is_name};
use crate::status::Status;

/// Most examples that vote.
pub const DIM_MOST_NEIGHBOURS: u16 = 15;

/// In place of a class where there is no example.
const VACANT: u16 = u16::MAX;
const NO_NAME: [u8; KEPT] = [0; KEPT];

/// The names, behind them the class of each example, and behind those the codes `[examples, units]`.
pub(super) struct Neighbours<'m> {
    units: usize,
    neighbours: usize,
    names: &'m mut [[u8; KEPT]],
    classes: &'m mut [u16],
    codes: &'m mut [i8],
}

impl<'m> Neighbours<'m> {
    /// Over memory of their length; `None` of another one.
    pub(super) fn over(
        bytes: &'m mut [u8],
        units: usize,
        [classes, examples]: [usize; 2],
        neighbours: usize,
    ) -> Option<Self> {
        let (names, rest) = bytes.split_at_mut_checked(classes.checked_mul(KEPT)?)?;
        let (of, codes) = rest.split_at_mut_checked(examples.checked_mul(size_of::<u16>())?)?;
        Some(Self {
            units,
            neighbours,
            names: names.as_chunks_mut().0,
            classes: bytemuck::try_cast_slice_mut(of).ok()?,
            codes: bytemuck::try_cast_slice_mut(codes).ok()?,
        })
    }

    /// Forgets all, in memory that may hold anything.
    pub(super) fn clear(&mut self) {
        self.names.fill(NO_NAME);
        self.classes.fill(VACANT);
    }

    pub(super) fn is_sound(&self) -> bool {
        let is_class = |class: &u16| self.names.get(usize::from(*class)).is_some_and(|name| *name != NO_NAME);
        self.names.iter().all(|name| *name == NO_NAME || is_name(name))
            && self.classes.iter().all(|class| *class == VACANT || is_class(class))
            && (1..=usize::from(DIM_MOST_NEIGHBOURS)).contains(&self.neighbours)
    }

    fn examples(&self) -> impl ExampleIterator<'_> {
        let kept = self.classes.iter().enumerate().filter(|(_, class)| **class != VACANT);
        kept.filter_map(|(place, class)| {
            Some(Example { place, class: *class, codes: row(self.codes, place, self.units)? })
        })
    }

    pub(super) fn learn(&mut self, name: &[u8; KEPT], embedding: &[i8]) -> Result<u32, Status> {
        let find = |name: &[u8; KEPT]| self.names.iter().position(|known| known == name);
        let class = find(name).or_else(|| find(&NO_NAME)).ok_or(Status::Full)?;
        let vacant = self.classes.iter().position(|class| *class == VACANT);
        let [number, classes] = [class, self.names.len()].map(u16::try_from);
        let (number, classes) = (number.map_err(|_| Status::Full)?, classes.map_err(|_| Status::Full)?);
        let place = vacant.or_else(|| replaced(self.examples(), classes, embedding)).ok_or(Status::Full)?;
        let known = self.names.get_mut(class).ok_or(Status::Full)?;
        let of = self.classes.get_mut(place).ok_or(Status::Full)?;
        let codes = row_mut(self.codes, place, self.units).ok_or(Status::Full)?;
        (*known, *of) = (*name, number);
        codes.iter_mut().zip(embedding).for_each(|(to, code)| *to = *code);
        Ok(self.count(number))
    }

    fn count(&self, class: u16) -> u32 {
        self.classes.iter().fold(0, |count, of| count + u32::from(*of == class))
    }

    pub(super) fn forget(&mut self, name: Option<&[u8; KEPT]>) -> bool {
        let mut was_any = false;
        for (number, known) in (0_u16..).zip(self.names.iter_mut()) {
            if *known == NO_NAME || name.is_some_and(|name| known != name) {
                continue;
            }
            (*known, was_any) = (NO_NAME, true);
            self.classes.iter_mut().filter(|class| **class == number).for_each(|class| *class = VACANT);
        }
        was_any
    }

    pub(super) fn judge(&self, embedding: &[i8]) -> Option<Judgement> {
        vote::<{ DIM_MOST_NEIGHBOURS as usize }>(self.examples(), embedding, self.neighbours)
    }

    /// Name and number of examples of the class in a place.
    pub(super) fn class(&self, place: usize) -> Option<(&[u8; KEPT], u32)> {
        let name = self.names.get(place).filter(|name| **name != NO_NAME)?;
        Some((name, self.count(u16::try_from(place).ok()?)))
    }
}
