//! Records in flash: whole or not at all, whatever cuts the power, and whatever the flash holds when it is opened.

mod ready;
mod record;
mod whole_pages;

use core::ops::Range;

use crc::{CRC_32_ISCSI, Crc};
use embedded_storage::nor_flash::NorFlash;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::map::{MapConfig, MapStorage};

use ready::ready;
use record::{Name, Read, Written};
use whole_pages::WholePages;

pub use record::{Key, Kind};

/// Why something could not be stored or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The range does not start and end with erase pages, or has fewer than three.
    Range,
    /// The flash failed.
    Flash,
    /// There is no room for another record.
    Full,
    /// The record is longer than the buffer or a page.
    TooLong,
    /// The records contradict each other; only [`Store::clear`] helps.
    Damaged,
}

type Map<F> = MapStorage<Name, WholePages<F>, Cache<Uncached, Uncached, Uncached, Name>>;

/// A store with a buffer for the longest record.
///
/// `BYTES` is at least the length of the longest value, plus 4 for the key, rounded up to words of the flash.
pub struct Store<F: NorFlash, const BYTES: usize> {
    map: Map<F>,
    buffer: [u8; BYTES],
    was_cleared: bool,
}

/// How often a record is written that the flash does not hold.
const MOST_TRIES: u32 = 4;
/// Tells a record from another one.
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Layout of the records, stored as one of them.
const LAYOUT: &[u8] = b"dim 1";
const LAYOUT_KEY: Key = Key { kind: Kind::Store, place: dim_link::Place::BuiltIn, index: 0 };

impl<F: NorFlash, const BYTES: usize> Store<F, BYTES> {
    /// Opens the store in a range of the flash. What is no store of this layout, a new flash for example, is cleared.
    ///
    /// # Errors
    /// [`StoreError::Range`]; [`StoreError::Flash`].
    pub fn open(flash: F, range: Range<u32>) -> Result<Self, StoreError> {
        let page = u32::try_from(F::ERASE_SIZE).map_err(|_| StoreError::Range)?;
        let is_of_pages = range.start.is_multiple_of(page) && range.end.is_multiple_of(page);
        let is_in_flash = range.start < range.end && range.end as usize <= flash.capacity();
        if !is_of_pages || !is_in_flash || range.len() / F::ERASE_SIZE < 3 {
            return Err(StoreError::Range);
        }
        let pages = WholePages::open(flash, range).map_err(|_| StoreError::Flash)?;
        let config = MapConfig::try_new(pages.range()).map_err(|_| StoreError::Range)?;
        let map = MapStorage::new(pages, config, Cache::new_uncached());
        let mut store = Self { map, buffer: [0; BYTES], was_cleared: false };
        let is_store = match store.read(LAYOUT_KEY) {
            Ok(value) => value == Some(LAYOUT),
            Err(StoreError::Flash) => return Err(StoreError::Flash),
            Err(_) => false,
        };
        if !is_store || !store.is_readable()? {
            store.clear()?;
        } else if let Err(error) = store.write_layout() {
            // Pages that only a write looks at.
            match error {
                StoreError::Flash => return Err(error),
                _ => store.clear()?,
            }
        }
        Ok(store)
    }

    /// Pages of a store that always has room for so many records, the longest of which has `BYTES` with its key: sequential-storage
    /// keeps one page free, and moves records from another.
    pub const fn pages_for(records: usize) -> usize {
        const HEADER: usize = 8;
        let word = WholePages::<F>::MARK;
        let record = (HEADER.next_multiple_of(word)) + BYTES.next_multiple_of(word);
        // Marks of the page's own, and those of sequential-storage.
        let per_page = (F::ERASE_SIZE - 4 * word) / record;
        records.div_ceil(if per_page > 0 { per_page } else { 1 }) + 2
    }

    /// Whether all records can be read.
    fn is_readable(&mut self) -> Result<bool, StoreError> {
        let Self { map, buffer, .. } = self;
        let read_all = async {
            let mut items = map.fetch_all_items(buffer).await?;
            while items.next::<Read<'_>>(buffer).await?.is_some() {}
            Ok(())
        };
        match ready(read_all).map_err(cause) {
            Ok(()) => Ok(true),
            Err(StoreError::Flash) => Err(StoreError::Flash),
            Err(_) => Ok(false),
        }
    }

    /// Whether what was found at the start was no store, or was cleared since.
    pub const fn was_cleared(&self) -> bool {
        self.was_cleared
    }

    /// Forgets all records.
    ///
    /// # Errors
    /// [`StoreError::Flash`].
    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.was_cleared = true;
        ready(self.map.erase_all()).map_err(cause)?;
        self.write_layout()
    }

    fn write_layout(&mut self) -> Result<(), StoreError> {
        self.write(LAYOUT_KEY, &|value| put(value, LAYOUT))
    }

    /// The value of a record, empty if it was removed; `None` if there never was one.
    ///
    /// # Errors
    /// [`StoreError::Flash`], [`StoreError::Damaged`].
    pub fn read(&mut self, key: Key) -> Result<Option<&[u8]>, StoreError> {
        let read = ready(self.map.fetch_item::<Read<'_>>(&mut self.buffer, &key.into()));
        Ok(read.map_err(cause)?.map(|Read(value)| value))
    }

    /// Writes a record; before it returns, a cut of the power leaves the old value or the new one, afterwards the new one.
    /// `value` writes itself into a buffer and gives its length; `None` if it does not fit. What was written is read again, and
    /// written elsewhere if the flash does not hold it: a page that ought to be erased may have a bit that is not.
    ///
    /// # Errors
    /// [`StoreError`]; the old value stays.
    pub fn write(&mut self, key: Key, value: &dyn Fn(&mut [u8]) -> Option<usize>) -> Result<(), StoreError> {
        let name = Name::from(key);
        let written =
            value(&mut self.buffer).and_then(|length| self.buffer.get(..length)).ok_or(StoreError::TooLong)?;
        let written = CRC.checksum(written);
        for _ in 0..MOST_TRIES {
            ready(self.map.store_item(&mut self.buffer, &name, &Written { name, value })).map_err(cause)?;
            if self.read(key)?.is_some_and(|found| CRC.checksum(found) == written) {
                return Ok(());
            }
        }
        Err(StoreError::Damaged)
    }

    /// Removes a record, if it is there.
    ///
    /// # Errors
    /// [`StoreError`]; the old value stays.
    pub fn remove(&mut self, key: Key) -> Result<(), StoreError> {
        match self.read(key)? {
            None | Some([]) => Ok(()),
            Some(_) => self.write(key, &|_| Some(0)),
        }
    }

    /// The flash, for what does not lie in the store.
    pub fn flash(&mut self) -> &mut F {
        self.map.flash().flash()
    }
}

/// Copies to the front of a value, and gives the length.
pub(crate) fn put(value: &mut [u8], bytes: &[u8]) -> Option<usize> {
    value.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(bytes.len())
}

fn cause<E>(error: sequential_storage::Error<E>) -> StoreError {
    match error {
        sequential_storage::Error::Storage { .. } => StoreError::Flash,
        sequential_storage::Error::FullStorage => StoreError::Full,
        sequential_storage::Error::ItemTooBig | sequential_storage::Error::SerializationError(_) => StoreError::TooLong,
        // Of a record that another firmware wrote, or nobody.
        _ => StoreError::Damaged,
    }
}
