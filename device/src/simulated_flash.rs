//! A NOR flash in memory, for tests and for devices that are simulated: erased bytes are ff, writes only clear bits, and the
//! power can be cut in the middle of any operation.

extern crate std;

use core::ops::Range;
use std::vec;
use std::vec::Vec;

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};

use crate::MappedFlash;

/// What a cut leaves of the operation that it falls into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing of it is done.
    Before,
    /// The first half of the bytes is written or erased.
    FirstHalf,
    /// The last half is erased; of a write, all bytes but the last.
    LastHalf,
    /// Of an erase, all bits were cleared, as some chips do first; of a write, one byte was written, and half of the next one's
    /// bits.
    Cleared,
    /// All is done, and nobody was told.
    After,
}

impl Cut {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Before, Self::FirstHalf, Self::LastHalf, Self::Cleared, Self::After];
}

/// A flash with words of `WORD` bytes and pages of `PAGE`, in slots of `SLOT_PAGE`.
#[derive(Debug, Clone)]
pub struct SimulatedFlash<const WORD: usize, const PAGE: usize, const SLOT_PAGE: usize = PAGE> {
    bytes: Vec<u8>,
    /// Writes and erases so far.
    pub operations: usize,
    /// The operation that is cut, and how; all later ones fail.
    pub cut: Option<(usize, Cut)>,
}

impl<const WORD: usize, const PAGE: usize, const SLOT_PAGE: usize> SimulatedFlash<WORD, PAGE, SLOT_PAGE> {
    /// An erased one.
    pub fn new(bytes: u32) -> Self {
        Self { bytes: vec![0xff; bytes as usize], operations: 0, cut: None }
    }

    /// The flash as the next start finds it.
    pub fn restarted(&self) -> Self {
        Self { bytes: self.bytes.clone(), operations: 0, cut: None }
    }

    /// What it holds.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it holds, to be changed in any way.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// How the operation that begins is cut; an error if there is no power any more.
    fn begin(&mut self) -> Result<Option<Cut>, NorFlashErrorKind> {
        let operation = self.operations;
        self.operations += 1;
        match self.cut {
            Some((at, _)) if operation > at => Err(NorFlashErrorKind::Other),
            Some((at, cut)) if operation == at => Ok(Some(cut)),
            _ => Ok(None),
        }
    }

    fn range(&self, at: u32, length: usize, unit: usize) -> Result<Range<usize>, NorFlashErrorKind> {
        let start = at as usize;
        if !start.is_multiple_of(unit) || !length.is_multiple_of(unit) {
            return Err(NorFlashErrorKind::NotAligned);
        }
        let range = start..start.saturating_add(length);
        if range.end > self.bytes.len() { Err(NorFlashErrorKind::OutOfBounds) } else { Ok(range) }
    }
}

impl<const WORD: usize, const PAGE: usize, const SLOT_PAGE: usize> ErrorType for SimulatedFlash<WORD, PAGE, SLOT_PAGE> {
    type Error = NorFlashErrorKind;
}

impl<const WORD: usize, const PAGE: usize, const SLOT_PAGE: usize> ReadNorFlash
    for SimulatedFlash<WORD, PAGE, SLOT_PAGE>
{
    const READ_SIZE: usize = 1;

    fn read(&mut self, at: u32, to: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let range = self.range(at, to.len(), 1)?;
        to.copy_from_slice(self.bytes.get(range).ok_or(NorFlashErrorKind::OutOfBounds)?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const WORD: usize, const PAGE: usize, const SLOT_PAGE: usize> NorFlash for SimulatedFlash<WORD, PAGE, SLOT_PAGE> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    fn write(&mut self, at: u32, from: &[u8]) -> Result<(), NorFlashErrorKind> {
        let range = self.range(at, from.len(), WORD)?;
        let cut = self.begin()?;
        let (whole, half) = match cut {
            None | Some(Cut::After) => (from.len(), false),
            Some(Cut::Before) => (0, false),
            Some(Cut::FirstHalf) => (from.len() / 2, false),
            Some(Cut::LastHalf) => (from.len().saturating_sub(1), false),
            Some(Cut::Cleared) => (1, true),
        };
        for (index, (byte, new)) in self.bytes.get_mut(range).unwrap_or_default().iter_mut().zip(from).enumerate() {
            if index < whole {
                *byte &= new;
            } else if index == whole && half {
                *byte &= new | 0x55;
            }
        }
        if cut.is_some() { Err(NorFlashErrorKind::Other) } else { Ok(()) }
    }

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        let range = self.range(from, to.saturating_sub(from) as usize, Self::ERASE_SIZE)?;
        let cut = self.begin()?;
        let bytes = self.bytes.get_mut(range).unwrap_or_default();
        let (first, last) = bytes.split_at_mut(bytes.len() / 2);
        match cut {
            None | Some(Cut::After) => [first, last].into_iter().for_each(|half| half.fill(0xff)),
            Some(Cut::Before) => {}
            Some(Cut::FirstHalf) => first.fill(0xff),
            Some(Cut::LastHalf) => last.fill(0xff),
            Some(Cut::Cleared) => [first, last].into_iter().for_each(|half| half.fill(0)),
        }
        if cut.is_some() { Err(NorFlashErrorKind::Other) } else { Ok(()) }
    }
}

impl<const WORD: usize, const PAGE: usize, const SLOT_PAGE: usize> MappedFlash
    for SimulatedFlash<WORD, PAGE, SLOT_PAGE>
{
    const SLOT_PAGE: usize = SLOT_PAGE;

    fn mapped(&self, range: Range<u32>) -> Option<&[u8]> {
        self.bytes.get(range.start as usize..range.end as usize)
    }
}
