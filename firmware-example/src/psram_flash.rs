//! Memory of the board that stands for a NOR flash: QEMU's machines have none. It keeps what it holds through a reset of the
//! processor, as flash does, and writes to it only clear bits.

use core::ops::Range;

use dim_device::MappedFlash;
use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};

unsafe extern "C" {
    /// The upper half of that memory, as the board's memory map has it; the linker gives it to nobody.
    static _flash_start: u8;
}

/// Bytes of the flash.
pub const BYTES: u32 = 1 << 20;
/// Bytes of a page.
pub const PAGE: u32 = 4096;

/// The only one.
#[derive(Debug)]
pub struct PsramFlash(());

impl PsramFlash {
    /// # Safety
    /// It is taken once.
    pub const unsafe fn take() -> Self {
        Self(())
    }

    /// A part that nobody writes to any more.
    ///
    /// # Safety
    /// No write or erase reaches into the range for as long as the program runs.
    pub unsafe fn forever(range: Range<u32>) -> Option<&'static [u8]> {
        let range = within(range.start, range.end.checked_sub(range.start)? as usize)?;
        // SAFETY: memory that is always there, and nobody writes to, as the caller says.
        Some(unsafe { core::slice::from_raw_parts(pointer(range.start), range.len()) })
    }
}

fn pointer(at: usize) -> *mut u8 {
    (&raw const _flash_start).cast_mut().wrapping_add(at)
}

/// The range, if it lies in the flash.
fn within(at: u32, bytes: usize) -> Option<Range<usize>> {
    let end = (at as usize).checked_add(bytes).filter(|end| *end <= BYTES as usize)?;
    Some(at as usize..end)
}

impl ErrorType for PsramFlash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for PsramFlash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, at: u32, to: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let end = at.saturating_add(u32::try_from(to.len()).unwrap_or(u32::MAX));
        to.copy_from_slice(self.mapped(at..end).ok_or(NorFlashErrorKind::OutOfBounds)?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        BYTES as usize
    }
}

impl NorFlash for PsramFlash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        if !from.is_multiple_of(PAGE) || !to.is_multiple_of(PAGE) {
            return Err(NorFlashErrorKind::NotAligned);
        }
        let range = within(from, to.saturating_sub(from) as usize).ok_or(NorFlashErrorKind::OutOfBounds)?;
        // SAFETY: in the flash, and the borrow of `self` is the only one that may write.
        range.for_each(|at| unsafe { pointer(at).write_volatile(0xff) });
        Ok(())
    }

    fn write(&mut self, at: u32, from: &[u8]) -> Result<(), NorFlashErrorKind> {
        if !at.is_multiple_of(4) || !from.len().is_multiple_of(4) {
            return Err(NorFlashErrorKind::NotAligned);
        }
        let range = within(at, from.len()).ok_or(NorFlashErrorKind::OutOfBounds)?;
        for (at, byte) in range.zip(from) {
            // SAFETY: as for `erase`.
            unsafe { pointer(at).write_volatile(pointer(at).read_volatile() & byte) };
        }
        Ok(())
    }
}

impl MappedFlash for PsramFlash {
    fn mapped(&self, range: Range<u32>) -> Option<&[u8]> {
        let range = within(range.start, range.end.checked_sub(range.start)? as usize)?;
        // SAFETY: memory that is always there, and writing borrows `self` mutably.
        Some(unsafe { core::slice::from_raw_parts(pointer(range.start), range.len()) })
    }
}
