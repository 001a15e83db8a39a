//! Statistics of normal images kept in the store, under the identity of the encoder that their maps are of.
//!
//! Moments are longer than a record, and lie in parts. The store has room for two rows of parts: new statistics are written to
//! the row that does not count, and then one record says that it counts. So a cut of the power leaves the old statistics or the
//! new ones, and no part of either among the other's.

use dim_link::{Identity, Place};
use embedded_storage::nor_flash::NorFlash;

use super::moments::Moments;
use super::normal_images::NormalImages;
use super::summary::Summary;
use crate::store::{Key, Kind, Store, StoreError, put};

/// Bytes of a key before each value of a record.
const KEY_BYTES: usize = 4;
/// Longest word of a flash, to which records are rounded up.
const LONGEST_WORD: usize = 32;
/// Rows of parts.
const ROWS: [u8; 2] = [0, 1];

/// Why statistics were not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepError {
    /// Fewer than two normal images were counted.
    TooFew,
    /// Those of this encoder are kept in the store, and are replaced by no others.
    OtherEncoder(Identity),
    /// They could not be stored.
    Store(StoreError),
}

impl From<StoreError> for KeepError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What the store keeps of normal images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedNormal {
    summary: Option<Summary>,
}

impl SavedNormal {
    /// Of a store that was cleared.
    pub const NONE: Self = Self { summary: None };

    /// Moments in a part, of a store whose longest record has so many bytes.
    const fn part(record: usize) -> usize {
        (record / LONGEST_WORD * LONGEST_WORD).saturating_sub(KEY_BYTES) / Moments::BYTES
    }

    /// Records that maps of so many values take at most: two rows of parts, and what says which one counts. `record` is the
    /// length of the longest one in bytes, at least 64.
    pub const fn records(values: usize, record: usize) -> usize {
        let part = Self::part(record);
        let parts = values.div_ceil(if part > 0 { part } else { 1 });
        parts.saturating_mul(ROWS.len()).saturating_add(1)
    }

    /// Reads the statistics of an encoder into memory, where nothing is known if there are none, or more than it has room for.
    /// Those of another encoder stay where they are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load<F: NorFlash, M: AsRef<[Moments]> + AsMut<[Moments]>, const BYTES: usize>(
        store: &mut Store<F, BYTES>,
        identity: Identity,
        normal: &mut NormalImages<M>,
    ) -> Result<Self, StoreError> {
        let summary = Summary::read(store)?;
        normal.forget();
        if let Some(own) = summary.filter(|summary| summary.identity == identity)
            && read_moments(store, &own, normal.forget())?.is_some()
        {
            // No images have what a flash that is worn out may hold.
            let _ = normal.take(own.images, own.size(), own.threshold);
        }
        Ok(Self { summary })
    }

    /// The encoder whose statistics are in the store.
    pub fn kept(&self) -> Option<Identity> {
        self.summary.map(|summary| summary.identity)
    }

    /// Keeps statistics of an encoder, in place of those that were kept of it. The store has room for
    /// [`SavedNormal::records`].
    ///
    /// # Errors
    /// [`KeepError`]; then those before are kept, or the flash has failed.
    pub fn keep<F: NorFlash, M: AsRef<[Moments]> + AsMut<[Moments]>, const BYTES: usize>(
        &mut self,
        store: &mut Store<F, BYTES>,
        identity: Identity,
        normal: &NormalImages<M>,
    ) -> Result<(), KeepError> {
        if let Some(other) = self.kept().filter(|kept| *kept != identity) {
            return Err(KeepError::OtherEncoder(other));
        }
        if normal.images() < 2 {
            return Err(KeepError::TooFew);
        }
        let counting = self.summary.map(|summary| summary.row);
        let row = if counting == Some(0) { 1 } else { 0 };
        let parts = normal.moments().chunks(Self::part(BYTES).max(1));
        // Of larger maps, or shorter parts, that were there before.
        for stale in ROWS.into_iter().filter(|row| Some(*row) != counting) {
            remove_from(store, stale, parts.len())?;
        }
        for (part, moments) in parts.enumerate() {
            store.write(key(row, part)?, &|value| {
                moments.iter().try_fold(0, |length: usize, moments| {
                    length.checked_add(put(value.get_mut(length..)?, &moments.to_bytes())?)
                })
            })?;
        }
        let summary = Summary::of(identity, row, normal).ok_or(StoreError::TooLong)?;
        summary.write(store)?;
        self.summary = Some(summary);
        Ok(())
    }

    /// Forgets what is kept, of whatever encoder.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget<F: NorFlash, const BYTES: usize>(&mut self, store: &mut Store<F, BYTES>) -> Result<(), StoreError> {
        Summary::remove(store)?;
        self.summary = None;
        // Room for classes, where a firmware has more of them than the one that kept these.
        ROWS.into_iter().try_for_each(|row| remove_from(store, row, 0))
    }
}

/// Parts of both rows take turns, so that either may have any number of them.
fn key(row: u8, part: usize) -> Result<Key, StoreError> {
    let index = part.checked_mul(ROWS.len()).and_then(|index| index.checked_add(row.into()));
    let index = index.and_then(|index| u16::try_from(index).ok()).ok_or(StoreError::TooLong)?;
    Ok(Key { kind: Kind::Moments, place: Place::BuiltIn, index })
}

/// Reads a row into memory; `None` if it has no such parts, or the memory no room for them.
fn read_moments<F: NorFlash, const BYTES: usize>(
    store: &mut Store<F, BYTES>,
    summary: &Summary,
    memory: &mut [Moments],
) -> Result<Option<()>, StoreError> {
    let [values, _] = summary.size();
    let Some(mut rest) = memory.get_mut(..values) else { return Ok(None) };
    for part in 0.. {
        if rest.is_empty() {
            break;
        }
        let value = store.read(key(summary.row, part)?)?.unwrap_or_default();
        let (moments, odd) = value.as_chunks::<{ Moments::BYTES }>();
        let Some((to, behind)) = rest.split_at_mut_checked(moments.len()) else { return Ok(None) };
        if moments.is_empty() || !odd.is_empty() {
            return Ok(None);
        }
        to.iter_mut().zip(moments).for_each(|(to, bytes)| *to = Moments::from_bytes(*bytes));
        rest = behind;
    }
    Ok(Some(()))
}

/// Removes the parts of a row from one on; they were written in order, so that behind one that never was there are none.
fn remove_from<F: NorFlash, const BYTES: usize>(
    store: &mut Store<F, BYTES>,
    row: u8,
    first: usize,
) -> Result<(), StoreError> {
    for part in first.. {
        let Ok(key) = key(row, part) else { break };
        if store.read(key)?.is_none() {
            break;
        }
        store.remove(key)?;
    }
    Ok(())
}
