//! Which encoder runs, as a record.

use dim_link::{Place, Refusal};
use embedded_storage::nor_flash::NorFlash;

use crate::store::{Key, Kind, Store, StoreError, put};

const KEY: Key = Key { kind: Kind::Boot, place: Place::BuiltIn, index: 0 };

/// What a device remembers of its encoders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Boot {
    /// The one that was proven last.
    pub(crate) running: Place,
    /// The one before.
    pub(crate) before: Place,
    /// One that was received, and how often a start with it was begun.
    pub(crate) pending: Option<(Place, u8)>,
    /// Why the last one that was received does not run.
    pub(crate) refusal: Option<Refusal>,
}

impl Boot {
    /// Of a device that never received any.
    pub(crate) const NEW: Self = Self { running: Place::BuiltIn, before: Place::BuiltIn, pending: None, refusal: None };

    pub(crate) fn read<F: NorFlash, const BYTES: usize>(store: &mut Store<F, BYTES>) -> Result<Self, StoreError> {
        Ok(store.read(KEY)?.and_then(decode).unwrap_or(Self::NEW))
    }

    pub(crate) fn write<F: NorFlash, const BYTES: usize>(self, store: &mut Store<F, BYTES>) -> Result<(), StoreError> {
        let (pending, starts) = self.pending.map_or((0, 0), |(place, starts)| (1 + place as u8, starts));
        let bytes = [self.running as u8, self.before as u8, pending, starts, refusal_code(self.refusal)];
        store.write(KEY, &|value| put(value, &bytes))
    }
}

fn decode(value: &[u8]) -> Option<Boot> {
    let [running, before, pending, starts, refusal] = *<&[u8; 5]>::try_from(value).ok()?;
    let pending = match pending.checked_sub(1) {
        None => None,
        Some(place) => Some((place_of(place)?, starts)),
    };
    Some(Boot { running: place_of(running)?, before: place_of(before)?, pending, refusal: refusal_of(refusal) })
}

pub(super) const fn place_of(code: u8) -> Option<Place> {
    match code {
        0 => Some(Place::BuiltIn),
        1 => Some(Place::SlotA),
        2 => Some(Place::SlotB),
        _ => None,
    }
}

/// Those that a start can find.
const fn refusal_code(refusal: Option<Refusal>) -> u8 {
    match refusal {
        None => 0,
        Some(Refusal::Unreadable) => 1,
        Some(Refusal::Untrusted) => 2,
        Some(Refusal::NoProof) => 3,
        Some(Refusal::Crashed) => 5,
        Some(_) => 4,
    }
}

const fn refusal_of(code: u8) -> Option<Refusal> {
    match code {
        1 => Some(Refusal::Unreadable),
        2 => Some(Refusal::Untrusted),
        3 => Some(Refusal::NoProof),
        4 => Some(Refusal::Disproved),
        5 => Some(Refusal::Crashed),
        _ => None,
    }
}
