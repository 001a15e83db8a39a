//! Erases pages wholly, even if the power is cut in between.
//!
//! NOR flash says nothing of a page whose erasing was cut short: any part of it may be erased. sequential-storage knows such a
//! page by its first and last word, where erasing goes from front to back; where it does not, or where all bits are cleared
//! first, as many chips do, it could take the page for another, and records that it had already moved for lost. So both ends
//! of every page are marked before it is erased, and what is found marked when the store is opened is erased again: while any
//! bit of a mark is left, the page is known not to be whole.

use core::ops::Range;

use embedded_storage::nor_flash::{ErrorType, NorFlash};

/// Longest mark; words of flash are not longer.
const LONGEST_MARK: usize = 32;

/// Pages of a flash without their marks, as a flash of smaller pages: its addresses count from 0.
#[derive(Debug)]
pub(super) struct WholePages<F> {
    flash: F,
    /// Where the pages lie in the flash.
    start: u32,
    pages: u32,
}

impl<F: NorFlash> WholePages<F> {
    /// Bytes of a mark: whole words, and enough of them that their bits do not change by chance.
    pub(super) const MARK: usize = {
        let word = if F::WRITE_SIZE > F::READ_SIZE { F::WRITE_SIZE } else { F::READ_SIZE };
        assert!(word <= LONGEST_MARK, "words of flash are longer than 32 bytes");
        if word < 4 { 4 } else { word }
    };
    /// Bytes of a page between its marks.
    const INNER: u32 = {
        assert!(F::ERASE_SIZE > 4 * Self::MARK, "pages are too small");
        bytes(F::ERASE_SIZE - 2 * Self::MARK)
    };
    const OUTER: u32 = bytes(F::ERASE_SIZE);
    const MARK_BYTES: u32 = bytes(Self::MARK);

    /// Finishes what was cut short. `range` starts and ends with a page.
    pub(super) fn open(mut flash: F, range: Range<u32>) -> Result<Self, F::Error> {
        let pages = range.end.saturating_sub(range.start) / Self::OUTER;
        for page in 0..pages {
            if let Some(ends) = ends(range.start, page, Self::OUTER)
                && Self::is_marked(&mut flash, &ends)?
            {
                flash.erase(ends.start, ends.end)?;
            }
        }
        Ok(Self { flash, start: range.start, pages })
    }

    /// The addresses that there are.
    pub(super) fn range(&self) -> Range<u32> {
        0..self.pages.saturating_mul(Self::INNER)
    }

    pub(super) fn flash(&mut self) -> &mut F {
        &mut self.flash
    }

    fn is_marked(flash: &mut F, page: &Range<u32>) -> Result<bool, F::Error> {
        let mut mark = [0; LONGEST_MARK];
        let mark = mark.get_mut(..Self::MARK).unwrap_or_default();
        for at in [page.start, page.end.saturating_sub(Self::MARK_BYTES)] {
            flash.read(at, mark)?;
            if mark.iter().any(|byte| *byte != 0xff) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where a byte lies in the flash; beyond its end if there is no such byte, so that the flash refuses it.
    fn place(&self, address: u32) -> u32 {
        let [page, offset] = [address.checked_div(Self::INNER), address.checked_rem(Self::INNER)];
        let place = page.zip(offset).filter(|(page, _)| *page < self.pages).and_then(|(page, offset)| {
            let start = self.start.checked_add(page.checked_mul(Self::OUTER)?)?;
            start.checked_add(Self::MARK_BYTES)?.checked_add(offset)
        });
        place.unwrap_or(u32::MAX)
    }
}

/// A number of bytes as an address, in a constant.
#[expect(clippy::cast_possible_truncation, reason = "asserted to fit")]
const fn bytes(count: usize) -> u32 {
    assert!(count < 1 << 24, "a page is larger than 16 MiB");
    count as u32
}

/// First and last address of a page.
fn ends(start: u32, page: u32, bytes: u32) -> Option<Range<u32>> {
    let start = start.checked_add(page.checked_mul(bytes)?)?;
    Some(start..start.checked_add(bytes)?)
}

impl<F: NorFlash> ErrorType for WholePages<F> {
    type Error = F::Error;
}

impl<F: NorFlash> embedded_storage_async::nor_flash::ReadNorFlash for WholePages<F> {
    const READ_SIZE: usize = F::READ_SIZE;

    async fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), F::Error> {
        let place = self.place(address);
        self.flash.read(place, bytes)
    }

    fn capacity(&self) -> usize {
        self.range().end as usize
    }
}

impl<F: NorFlash> embedded_storage_async::nor_flash::NorFlash for WholePages<F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = Self::INNER as usize;

    async fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), F::Error> {
        let place = self.place(address);
        self.flash.write(place, bytes)
    }

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), F::Error> {
        let [from, to] = [from, to].map(|address| address.checked_div(Self::INNER).unwrap_or(0));
        for page in from..to.min(self.pages) {
            let Some(page) = ends(self.start, page, Self::OUTER) else { continue };
            let mark = [0; LONGEST_MARK];
            let mark = mark.get(..Self::MARK).unwrap_or_default();
            self.flash.write(page.start, mark)?;
            self.flash.write(page.end.saturating_sub(Self::MARK_BYTES), mark)?;
            self.flash.erase(page.start, page.end)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulated_flash::SimulatedFlash;
    use crate::store::ready::ready;
    use embedded_storage_async::nor_flash::NorFlash as _;

    const PAGE: u32 = 128;

    #[test]
    fn addresses_go_around_the_marks() {
        let mut pages = WholePages::open(SimulatedFlash::<4, 128>::new(3 * PAGE), PAGE..3 * PAGE).unwrap();
        assert_eq!(pages.range(), 0..240);
        assert_eq!([0, 119, 120, 239, 240].map(|at| pages.place(at)), [132, 251, 260, 379, u32::MAX]);
        ready(pages.write(120, &[1, 2, 3, 4])).unwrap();
        assert_eq!(pages.flash().bytes()[260..264], [1, 2, 3, 4]);
    }

    #[test]
    fn a_page_with_any_bit_of_a_mark_is_erased_when_the_store_is_opened() {
        for at in [0, 3, PAGE - 4, PAGE - 1] {
            let mut flash = SimulatedFlash::<4, 128>::new(2 * PAGE);
            flash.bytes_mut().fill(0xa5);
            for mark in [0..4, 124..132, 252..256] {
                flash.bytes_mut()[mark].fill(0xff);
            }
            flash.bytes_mut()[at as usize] = 0xfe;
            let mut pages = WholePages::open(flash, 0..2 * PAGE).unwrap();
            let bytes = pages.flash().bytes();
            assert!(bytes[..128].iter().all(|byte| *byte == 0xff), "mark at {at}");
            assert!(bytes[132..252].iter().all(|byte| *byte == 0xa5), "mark at {at}");
        }
    }
}
