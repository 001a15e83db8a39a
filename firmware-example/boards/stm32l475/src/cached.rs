//! The flash of an STM32L475 behind its data cache, which the driver leaves alone (reference manual RM0351, section 3.3), and its
//! error correction.

use cortex_m_rt::exception;
use embassy_stm32::flash::{Blocking, Error, Flash};
use embassy_stm32::pac::FLASH;
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// What was read before is read anew once it was written over.
pub(crate) struct Cached<'d>(pub(crate) Flash<'d, Blocking>);

/// Empties the data cache, which has to be off meanwhile.
fn forget() {
    FLASH.acr().modify(|register| register.set_dcen(false));
    FLASH.acr().modify(|register| register.set_dcrst(true));
    FLASH.acr().modify(|register| register.set_dcrst(false));
    FLASH.acr().modify(|register| register.set_dcen(true));
}

/// A double word whose writing was cut short may have more errors than can be corrected. The store sees by its checksums what it
/// is; the flag only has to be cleared.
#[exception]
// SAFETY: it touches nothing but a register of the flash.
unsafe fn NonMaskableInt() {
    FLASH.eccr().modify(|register| register.set_eccd(true));
}

impl ErrorType for Cached<'_> {
    type Error = Error;
}

impl ReadNorFlash for Cached<'_> {
    const READ_SIZE: usize = <Flash<'_, Blocking> as ReadNorFlash>::READ_SIZE;

    fn read(&mut self, at: u32, to: &mut [u8]) -> Result<(), Error> {
        self.0.blocking_read(at, to)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl NorFlash for Cached<'_> {
    const WRITE_SIZE: usize = <Flash<'_, Blocking> as NorFlash>::WRITE_SIZE;
    const ERASE_SIZE: usize = <Flash<'_, Blocking> as NorFlash>::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Error> {
        let erased = self.0.blocking_erase(from, to);
        forget();
        erased
    }

    fn write(&mut self, at: u32, from: &[u8]) -> Result<(), Error> {
        let written = self.0.blocking_write(at, from);
        forget();
        written
    }
}
