//! The flash of an ESP32-C3: a chip of its own, read as memory through pages of 64 KiB and a cache (technical reference manual,
//! "System and Memory"). The bootloader maps the firmware's part only.

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use esp_hal::peripherals::MMU_TABLE;
use esp_storage::{FlashStorage, FlashStorageError};

/// Where the pages begin of which data are read.
const PAGES_START: usize = 0x3c00_0000;
const PAGE: usize = 64 << 10;

unsafe extern "C" {
    /// In the chip's ROM: forgets what is cached of these addresses.
    fn Cache_Invalidate_Addr(address: u32, bytes: u32);
}

/// What was read before is read anew once it was written over.
pub(crate) struct Cached {
    flash: FlashStorage<'static>,
    start: usize,
}

impl Cached {
    /// Maps all of the flash from an address on, behind the pages of the firmware.
    pub(crate) fn map(flash: FlashStorage<'static>, start: usize) -> Self {
        let first = (start - PAGES_START) / PAGE;
        for (page, entry) in MMU_TABLE::regs().entry_iter().skip(first).take(flash.capacity() / PAGE).enumerate() {
            let page = u8::try_from(page).unwrap_or(u8::MAX);
            // SAFETY: a page of the flash, at an address that nothing else is at.
            entry.write(|entry| unsafe { entry.paddr().bits(page).invalid().clear_bit() });
        }
        let cached = Self { flash, start };
        cached.forget(0, u32::try_from(cached.flash.capacity()).unwrap_or(u32::MAX));
        cached
    }

    fn forget(&self, at: u32, bytes: u32) {
        let address = u32::try_from(self.start).unwrap_or(u32::MAX).saturating_add(at);
        // SAFETY: nothing is written through the cache, so that nothing is lost.
        unsafe { Cache_Invalidate_Addr(address, bytes) }
    }
}

impl ErrorType for Cached {
    type Error = FlashStorageError;
}

impl ReadNorFlash for Cached {
    const READ_SIZE: usize = <FlashStorage<'_> as ReadNorFlash>::READ_SIZE;

    fn read(&mut self, at: u32, to: &mut [u8]) -> Result<(), FlashStorageError> {
        ReadNorFlash::read(&mut self.flash, at, to)
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

impl NorFlash for Cached {
    const WRITE_SIZE: usize = <FlashStorage<'_> as NorFlash>::WRITE_SIZE;
    const ERASE_SIZE: usize = <FlashStorage<'_> as NorFlash>::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashStorageError> {
        let erased = NorFlash::erase(&mut self.flash, from, to);
        self.forget(from, to.saturating_sub(from));
        erased
    }

    fn write(&mut self, at: u32, from: &[u8]) -> Result<(), FlashStorageError> {
        let written = NorFlash::write(&mut self.flash, at, from);
        self.forget(at, u32::try_from(from.len()).unwrap_or(u32::MAX));
        written
    }
}
