//! An encoder that arrives in parts, in the slot that does not run.

use core::ops::Range;

use crc::{CRC_32_ISCSI, Crc};
use dim_link::{Identity, Place, Refusal};
use embedded_storage::nor_flash::NorFlash;

use super::boot::{Boot, place_of};
use super::check::Limits;
use crate::flash::{MappedFlash, Regions};
use crate::store::{Key, Kind, Store, StoreError};

const KEY: Key = Key { kind: Kind::Receiving, place: Place::BuiltIn, index: 0 };
/// CRC-32C, another polynomial than the one at the end of every file, by which all whole files would have the same checksum.
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
/// Longest word of a flash.
const MOST_WORD_BYTES: usize = 32;

/// Why an update does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateError {
    /// None has begun, it is longer than the slot, or a part is no whole number of words of the flash.
    Update,
    /// A part starts elsewhere than where the one before ended.
    Offset {
        /// Where it should start.
        expected: u32,
    },
    /// The flash failed; parts are taken again from the start of an erase page.
    Flash,
    /// The store failed.
    Store(StoreError),
    /// It is here, and may not run.
    Refused(Refusal),
}

impl From<StoreError> for UpdateError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Where encoders lie.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// The slots.
    pub regions: &'s Regions,
    /// The encoder in the firmware.
    pub built_in: &'s [u8],
}

/// What is announced of an encoder, and how much of it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiving {
    /// The slot.
    pub place: Place,
    /// Bytes in all, a signature included.
    pub length: u32,
    /// Of these bytes.
    pub crc: u32,
    /// Of the encoder.
    pub identity: Identity,
    /// Bytes that have arrived; after a restart, those of whole erase pages.
    pub received: u32,
}

impl Receiving {
    /// What was being received, if anything was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read<F: NorFlash, const BYTES: usize>(store: &mut Store<F, BYTES>) -> Result<Option<Self>, StoreError> {
        Ok(store.read(KEY)?.and_then(decode))
    }

    pub(super) fn remove<F: NorFlash, const BYTES: usize>(store: &mut Store<F, BYTES>) -> Result<(), StoreError> {
        store.remove(KEY)
    }

    /// Begins to receive an encoder into the slot that does not run, or goes on if it is the one `current`.
    /// What was in the slot cannot run any more: it is no longer pending, and no longer what runs if the other one fails.
    /// An encoder that is here already, in a slot or in the firmware, is not received again, and nothing changes.
    ///
    /// # Errors
    /// [`UpdateError::Update`], [`UpdateError::Store`].
    pub fn begin<F: MappedFlash, const BYTES: usize>(
        current: Option<Self>,
        announced: (u32, u32, Identity),
        source: Source<'_>,
        store: &mut Store<F, BYTES>,
    ) -> Result<Self, UpdateError> {
        let (length, crc, identity) = announced;
        let mut boot = Boot::read(store)?;
        for place in [Place::BuiltIn, Place::SlotA, Place::SlotB] {
            let here = Self { place, length, crc, identity, received: length };
            if place != boot.running
                && here.bytes(source, store.flash()).is_some_and(|bytes| CRC.checksum(bytes) == crc)
            {
                return Ok(here);
            }
        }
        // Not where the encoder is that ran last, if there is a choice.
        let last = if boot.running == Place::BuiltIn { boot.before } else { boot.running };
        let place = if last == Place::SlotA { Place::SlotB } else { Place::SlotA };
        let regions = source.regions;
        let slot = regions.slot(place).unwrap_or_default();
        if length == 0 || length > slot.end.saturating_sub(slot.start) {
            return Err(UpdateError::Update);
        }
        let begun = Self { place, length, crc, identity, received: 0 };
        if let Some(current) = current.filter(|current| Self { received: 0, ..*current } == begun) {
            return Ok(current);
        }
        boot.pending = boot.pending.filter(|(pending, _)| *pending != place);
        if boot.before == place {
            boot.before = Place::BuiltIn;
        }
        boot.refusal = None;
        boot.write(store)?;
        begun.write(store)?;
        Ok(begun)
    }

    /// Takes the next part: whole words of the flash, but for the last one.
    ///
    /// # Errors
    /// [`UpdateError`].
    pub fn take<F: MappedFlash, const BYTES: usize>(
        &mut self,
        offset: u32,
        bytes: &[u8],
        regions: &Regions,
        store: &mut Store<F, BYTES>,
    ) -> Result<(), UpdateError> {
        if offset != self.received {
            return Err(UpdateError::Offset { expected: self.received });
        }
        let length = u32::try_from(bytes.len()).map_err(|_| UpdateError::Update)?;
        let end = offset.checked_add(length).filter(|end| *end <= self.length).ok_or(UpdateError::Update)?;
        if end < self.length && !bytes.len().is_multiple_of(F::WRITE_SIZE) {
            return Err(UpdateError::Update);
        }
        let slot = regions.slot(self.place).ok_or(UpdateError::Update)?;
        let page = page_bytes::<F>();
        let before = self.received - self.received.checked_rem(page).unwrap_or(0);
        if let Err(error) = program(store.flash(), &slot, offset, bytes) {
            self.received = before;
            return Err(error);
        }
        self.received = end;
        let pages = end - end.checked_rem(page).unwrap_or(0);
        if pages > before {
            Self { received: pages, ..*self }.write(store)?;
        }
        Ok(())
    }

    /// Checks the encoder, and lets the next start try it.
    ///
    /// # Errors
    /// [`UpdateError`]; where the encoder is refused, it has to be sent anew.
    pub fn finish<F: MappedFlash, const BYTES: usize>(
        self,
        limits: &Limits,
        source: Source<'_>,
        store: &mut Store<F, BYTES>,
    ) -> Result<(), UpdateError> {
        if self.received != self.length {
            return Err(UpdateError::Offset { expected: self.received });
        }
        let checked = self.check(limits, self.bytes(source, store.flash()));
        if checked.is_ok() {
            let boot = Boot::read(store)?;
            Boot { pending: Some((self.place, 0)), refusal: None, ..boot }.write(store)?;
        }
        Self::remove(store)?;
        checked.map_err(UpdateError::Refused)
    }

    /// What lies where it is, as long as it.
    fn bytes<'b, F: MappedFlash>(&self, source: Source<'b>, flash: &'b F) -> Option<&'b [u8]> {
        let all = match source.regions.slot(self.place) {
            None => source.built_in,
            Some(slot) => F::mapped(flash, slot)?,
        };
        all.get(..self.length as usize)
    }

    fn check(&self, limits: &Limits, bytes: Option<&[u8]>) -> Result<(), Refusal> {
        let bytes = bytes.ok_or(Refusal::Unreadable)?;
        if CRC.checksum(bytes) != self.crc {
            return Err(Refusal::Checksum);
        }
        let model = match self.place {
            Place::BuiltIn => limits.fits(bytes)?,
            _ => limits.check(bytes)?,
        };
        if model.identity() == self.identity { Ok(()) } else { Err(Refusal::Unreadable) }
    }

    fn write<F: NorFlash, const BYTES: usize>(self, store: &mut Store<F, BYTES>) -> Result<(), StoreError> {
        store.write(KEY, &|value| {
            let (head, identity) = value.get_mut(..13 + 16)?.split_at_mut_checked(13)?;
            identity.copy_from_slice(&self.identity.0);
            let (place, numbers) = head.split_first_mut()?;
            *place = self.place as u8;
            let numbers = numbers.as_chunks_mut::<4>().0;
            for (to, number) in numbers.iter_mut().zip([self.length, self.crc, self.received]) {
                *to = number.to_le_bytes();
            }
            Some(13 + 16)
        })
    }
}

fn decode(value: &[u8]) -> Option<Receiving> {
    let (head, identity) = value.split_first_chunk::<13>()?;
    let (place, numbers) = head.split_first()?;
    let [length, crc, received] = *numbers.as_chunks::<4>().0.first_chunk::<3>()?;
    let [length, crc, received] = [length, crc, received].map(u32::from_le_bytes);
    let identity = Identity(identity.try_into().ok()?);
    Some(Receiving { place: place_of(*place)?, length, crc, identity, received }).filter(|it| it.received <= it.length)
}

#[expect(clippy::cast_possible_truncation, reason = "asserted to fit")]
const fn page_bytes<F: MappedFlash>() -> u32 {
    const {
        assert!(F::SLOT_PAGE < 1 << 24, "a page is larger than 16 MiB");
        assert!(F::SLOT_PAGE.is_multiple_of(F::ERASE_SIZE), "pages of the slots are no multiple of the others");
        F::SLOT_PAGE as u32
    }
}

/// Writes a part, and erases each page before its first byte.
fn program<F: MappedFlash>(flash: &mut F, slot: &Range<u32>, offset: u32, bytes: &[u8]) -> Result<(), UpdateError> {
    let page = page_bytes::<F>();
    let mut at = slot.start.checked_add(offset).ok_or(UpdateError::Update)?;
    let mut rest = bytes;
    while !rest.is_empty() {
        let into_page = at.checked_rem(page).unwrap_or(0);
        if into_page == 0 {
            let end = at.checked_add(page).filter(|end| *end <= slot.end).ok_or(UpdateError::Update)?;
            flash.erase(at, end).map_err(|_| UpdateError::Flash)?;
        }
        let (part, after) = rest.split_at(rest.len().min((page - into_page) as usize));
        let (words, tail) = part.split_at(part.len() - part.len() % F::WRITE_SIZE);
        flash.write(at, words).map_err(|_| UpdateError::Flash)?;
        if !tail.is_empty() {
            // The rest of the word stays erased.
            let mut word = [0xff; MOST_WORD_BYTES];
            let word = word.get_mut(..F::WRITE_SIZE).ok_or(UpdateError::Update)?;
            word.get_mut(..tail.len()).ok_or(UpdateError::Update)?.copy_from_slice(tail);
            let at = at.checked_add(u32::try_from(words.len()).unwrap_or(u32::MAX)).ok_or(UpdateError::Update)?;
            flash.write(at, word).map_err(|_| UpdateError::Flash)?;
        }
        at = at.checked_add(u32::try_from(part.len()).unwrap_or(u32::MAX)).ok_or(UpdateError::Update)?;
        rest = after;
    }
    Ok(())
}
