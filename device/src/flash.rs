//! The flash of a board, and what lies where in it.

use core::ops::Range;

use dim_link::Place;
use embedded_storage::nor_flash::NorFlash;

/// A flash that the processor also reads as memory, from where an encoder runs in place.
pub trait MappedFlash: NorFlash {
    /// Bytes that are erased at once in the slots: a multiple of `ERASE_SIZE`, of which the pages of the store are.
    const SLOT_PAGE: usize = Self::ERASE_SIZE;

    /// The bytes of a range as they are now; `None` if it does not lie in the flash.
    fn mapped(&self, range: Range<u32>) -> Option<&[u8]>;
}

impl<F: MappedFlash> MappedFlash for &mut F {
    const SLOT_PAGE: usize = F::SLOT_PAGE;

    fn mapped(&self, range: Range<u32>) -> Option<&[u8]> {
        F::mapped(self, range)
    }
}

/// Parts of the flash, by offsets as the driver counts them. They start and end with an erase page, the slots with one of
/// [`MappedFlash::SLOT_PAGE`] bytes, and do not overlap.
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
    pub(crate) fn are_in<F: MappedFlash>(&self, flash: &F) -> bool {
        let [a, b] = &self.slots;
        let all = [(a, F::SLOT_PAGE), (b, F::SLOT_PAGE), (&self.store, F::ERASE_SIZE)];
        let is_page = |address: u32, page| (address as usize).checked_rem(page) == Some(0);
        let is_apart = |[a, b]: [&Range<u32>; 2]| a.end <= b.start || b.end <= a.start;
        all.iter().all(|(range, page)| {
            range.start < range.end
                && range.end as usize <= flash.capacity()
                && is_page(range.start, *page)
                && is_page(range.end, *page)
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
