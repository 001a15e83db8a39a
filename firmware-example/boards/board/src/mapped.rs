//! A flash that the processor also reads as memory.

use core::ops::Range;

use dim_device::MappedFlash;
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// A driver, and the address at which the processor reads its first byte. In the slots, `PAGES` of its pages are erased at once.
#[derive(Debug)]
pub struct Mapped<F, const PAGES: usize = 1> {
    flash: F,
    start: usize,
}

impl<F: ReadNorFlash, const PAGES: usize> Mapped<F, PAGES> {
    /// # Safety
    /// From `start` on, the processor reads as many bytes as the driver has, and sees what the driver wrote; nothing else
    /// writes there.
    pub const unsafe fn new(flash: F, start: usize) -> Self {
        Self { flash, start }
    }

    fn within(&self, range: &Range<u32>) -> bool {
        range.start <= range.end && range.end as usize <= self.flash.capacity()
    }
}

/// Bytes of the flash that starts at `start`.
///
/// # Safety
/// They lie in it, and nobody writes to them for as long as `'a`.
pub(crate) const unsafe fn forever<'a>(start: usize, range: &Range<u32>) -> &'a [u8] {
    let pointer = (start + range.start as usize) as *const u8;
    // SAFETY: as the caller says.
    unsafe { core::slice::from_raw_parts(pointer, (range.end - range.start) as usize) }
}

impl<F: ErrorType, const PAGES: usize> ErrorType for Mapped<F, PAGES> {
    type Error = F::Error;
}

impl<F: ReadNorFlash, const PAGES: usize> ReadNorFlash for Mapped<F, PAGES> {
    const READ_SIZE: usize = F::READ_SIZE;

    fn read(&mut self, at: u32, to: &mut [u8]) -> Result<(), F::Error> {
        self.flash.read(at, to)
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

impl<F: NorFlash, const PAGES: usize> NorFlash for Mapped<F, PAGES> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), F::Error> {
        self.flash.erase(from, to)
    }

    fn write(&mut self, at: u32, from: &[u8]) -> Result<(), F::Error> {
        self.flash.write(at, from)
    }
}

impl<F: NorFlash, const PAGES: usize> MappedFlash for Mapped<F, PAGES> {
    const SLOT_PAGE: usize = PAGES * F::ERASE_SIZE;

    fn mapped(&self, range: Range<u32>) -> Option<&[u8]> {
        // SAFETY: it lies in the flash, and writing borrows `self` mutably.
        self.within(&range).then(|| unsafe { forever(self.start, &range) })
    }
}
