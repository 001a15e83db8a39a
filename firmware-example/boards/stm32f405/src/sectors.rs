//! The flash of an STM32F405, whose sectors are of three sizes: four of 16 KiB, one of 64 and seven of 128. The store has
//! three of the first, the slots two of the last each.

use embassy_stm32::flash::{Blocking, Error, Flash};
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// Sectors of the store in one of a slot.
pub(crate) const SLOT_PAGES: usize = 128 / 16;

/// Of sectors of 16 KiB; where they are larger, those that begin and end with the range are erased.
pub(crate) struct Sectors<'d>(pub(crate) Flash<'d, Blocking>);

impl ErrorType for Sectors<'_> {
    type Error = Error;
}

impl ReadNorFlash for Sectors<'_> {
    const READ_SIZE: usize = <Flash<'_, Blocking> as ReadNorFlash>::READ_SIZE;

    fn read(&mut self, at: u32, to: &mut [u8]) -> Result<(), Error> {
        self.0.blocking_read(at, to)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl NorFlash for Sectors<'_> {
    const WRITE_SIZE: usize = <Flash<'_, Blocking> as NorFlash>::WRITE_SIZE;
    const ERASE_SIZE: usize = 16 << 10;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Error> {
        self.0.blocking_erase(from, to)
    }

    fn write(&mut self, at: u32, from: &[u8]) -> Result<(), Error> {
        self.0.blocking_write(at, from)
    }
}
