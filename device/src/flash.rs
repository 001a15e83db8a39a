//! The flash of a board, and what lies where in it.

use core::ops::Range;

use dim_link::Place;
use embedded_storage::nor_flash::NorFlash;

/// A flash that the processor also reads as memory, from where an encoder runs in place.
pub trait MappedFlash: NorFlash {
    /// The bytes of a range as they are now; `None` if it does not lie in the flash.
    fn mapped(&self, range: Range<u32>) -> Option<&[u8]>;
}

impl<F: MappedFlash> MappedFlash for &mut F {
    fn mapped(&self, range: Range<u32>) -> Option<&[u8]> {
        F::mapped(self, range)
    }
}

/// Parts of the flash, by offsets as the driver counts them. They start and end with an erase page, and do not overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regions {
    /// For an encoder each, signature included.
    pub slots: [Range<u32>; 2],
    /// For classes and what has to be remembered of encoders: as many erase pages as
    /// [`Store::pages_for`](crate::store::Store::pages_for) says.
    pub store: Range<u32>,
}

impl Regions {
    /// Whether all start and end with a page of the flash, lie in it, and do not overlap.
    pub(crate) fn are_in<F: NorFlash>(&self, flash: &F) -> bool {
        let [a, b] = &self.slots;
        let all = [a, b, &self.store];
        let pages = |address: &u32| (*address as usize).checked_rem(F::ERASE_SIZE) == Some(0);
        let is_apart = |[a, b]: [&Range<u32>; 2]| a.end <= b.start || b.end <= a.start;
        all.iter().all(|range| {
            range.start < range.end
                && range.end as usize <= flash.capacity()
                && pages(&range.start)
                && pages(&range.end)
        }) && [[a, b], [a, &self.store], [b, &self.store]].into_iter().all(is_apart)
    }

    /// The slot of this name; `None` of the encoder in the firmware.
    pub fn slot(&self, place: Place) -> Option<Range<u32>> {
        let [a, b] = &self.slots;
        match place {
            Place::BuiltIn => None,
            Place::SlotA => Some(a.clone()),
            Place::SlotB => Some(b.clone()),
        }
    }
}
