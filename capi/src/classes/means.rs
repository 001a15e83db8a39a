//! Classes by the means of their examples, in memory of the caller.

use bytemuck::{Pod, Zeroable};
use dim_device::classes::{Judgement, Sums, Tally, nearest_mean};

use super::row::{row, row_mut};
use crate::name::{KEPT, is_name};
use crate::status::Status;

/// A class without its sums; vacant if it has no example.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Entry {
    tally: Tally,
    name: [u8; KEPT],
}

/// The entries, and behind them the sums `[classes, units]`.
pub(super) struct Means<'m> {
    units: usize,
    entries: &'m mut [Entry],
    sums: &'m mut [i32],
}

impl<'m> Means<'m> {
    /// Over memory of their length; `None` of another one.
    pub(super) fn over(bytes: &'m mut [u8], units: usize, classes: usize) -> Option<Self> {
        let (entries, sums) = bytes.split_at_mut_checked(classes.checked_mul(size_of::<Entry>())?)?;
        let entries = bytemuck::try_cast_slice_mut(entries).ok()?;
        Some(Self { units, entries, sums: bytemuck::try_cast_slice_mut(sums).ok()? })
    }

    /// The classes that there are, each with its place.
    fn known(&self) -> impl Iterator<Item = (usize, &Entry, Sums<'_>)> + Clone {
        let known = self.entries.iter().enumerate().filter(|(_, entry)| entry.tally.examples > 0);
        known.filter_map(|(place, entry)| {
            let units = row(self.sums, place, self.units)?;
            Some((place, entry, Sums { tally: entry.tally, units }))
        })
    }

    pub(super) fn is_sound(&self) -> bool {
        self.known().all(|(_, entry, sums)| entry.tally.could_be(sums.units) && is_name(&entry.name))
    }

    pub(super) fn learn(&mut self, name: &[u8; KEPT], embedding: &[i8]) -> Result<u32, Status> {
        let is_it = |entry: &Entry| entry.tally.examples > 0 && entry.name == *name;
        let vacant = || self.entries.iter().position(|entry| entry.tally.examples == 0);
        let place = self.entries.iter().position(is_it).or_else(vacant).ok_or(Status::Full)?;
        let entry = self.entries.get_mut(place).ok_or(Status::Full)?;
        let sums = row_mut(self.sums, place, self.units).ok_or(Status::Full)?;
        if entry.tally.examples == 0 {
            (*entry, _) = (Entry { tally: Tally::NONE, name: *name }, sums.fill(0));
        }
        entry.tally.add(sums, embedding).ok_or(Status::Full)?;
        Ok(entry.tally.examples)
    }

    pub(super) fn forget(&mut self, name: Option<&[u8; KEPT]>) -> bool {
        let known = self.entries.iter_mut().filter(|entry| entry.tally.examples > 0);
        let wanted = known.filter(|entry| name.is_none_or(|name| entry.name == *name));
        wanted.map(|entry| entry.tally = Tally::NONE).count() > 0
    }

    pub(super) fn judge(&self, embedding: &[i8]) -> Option<Judgement> {
        nearest_mean(self.known().map(|(place, _, sums)| (place, sums)), embedding)
    }

    /// Name and number of examples of the class in a place.
    pub(super) fn class(&self, place: usize) -> Option<(&[u8; KEPT], u32)> {
        let entry = self.entries.get(place).filter(|entry| entry.tally.examples > 0)?;
        Some((&entry.name, entry.tally.examples))
    }
}
