//! Classes kept in the store, under the identity of the encoder that their embeddings are of.

use dim_link::{Identity, Place};
use embedded_storage::nor_flash::NorFlash;

use super::head::{Head, LearnError};
use crate::store::{Key, Store, StoreError, put};

/// Bytes of an identity before each record.
const IDENTITY_BYTES: usize = 16;

/// Why classes were not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SavedError {
    /// The head cannot learn it.
    Learn(LearnError),
    /// There is no such class.
    NoClass,
    /// Classes of this encoder are kept in the store, and are not mixed with those of another.
    OtherEncoder(Identity),
    /// They could not be stored.
    Store(StoreError),
}

impl From<StoreError> for SavedError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A head and the place of its records: what it has learned is stored before anyone is told.
#[derive(Debug)]
pub struct SavedClasses<H> {
    head: H,
    identity: Identity,
    place: Place,
    units: usize,
    kept: Option<Identity>,
}

impl<H: Head> SavedClasses<H> {
    /// Bytes that a store needs for a record, its key included.
    pub const STORE_BYTES: usize = (4 + IDENTITY_BYTES + H::RECORD_BYTES).next_multiple_of(32);

    /// Reads the classes of an encoder in this place, whose embeddings have so many units. Those of another encoder stay
    /// where they are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load<F: NorFlash, const BYTES: usize>(
        store: &mut Store<F, BYTES>,
        place: Place,
        identity: Identity,
        units: usize,
    ) -> Result<Self, StoreError> {
        let mut classes = Self { head: H::new(), identity, place, units, kept: None };
        for record in 0..H::RECORDS {
            if !classes.read(store, record)? {
                // Of a class that was forgotten when the power was cut, or of another firmware.
                store.remove(classes.key(record))?;
            }
        }
        Ok(classes)
    }

    /// What was learned.
    pub const fn head(&self) -> &H {
        &self.head
    }

    /// The encoder whose classes are in the store, if it is another one.
    pub const fn kept(&self) -> Option<Identity> {
        self.kept
    }

    /// Learns an example, int8 codes `[units]`, and gives the number of those that its class has now.
    ///
    /// # Errors
    /// [`SavedError`]; then it is not learned.
    pub fn learn<F: NorFlash, const BYTES: usize>(
        &mut self,
        store: &mut Store<F, BYTES>,
        class: &str,
        embedding: &[i8],
    ) -> Result<u32, SavedError> {
        if let Some(kept) = self.kept {
            return Err(SavedError::OtherEncoder(kept));
        }
        let examples = self.head.learn(class, embedding).map_err(SavedError::Learn)?;
        self.save(store)?;
        Ok(examples)
    }

    /// Forgets a class, or all: those of another encoder too.
    ///
    /// # Errors
    /// [`SavedError::NoClass`], [`SavedError::Store`].
    pub fn forget<F: NorFlash, const BYTES: usize>(
        &mut self,
        store: &mut Store<F, BYTES>,
        class: Option<&str>,
    ) -> Result<(), SavedError> {
        if class.is_some() {
            return if self.head.forget(class) { self.save(store) } else { Err(SavedError::NoClass) };
        }
        Self::clear(store, self.place)?;
        *self = Self { head: H::new(), kept: None, ..*self };
        Ok(())
    }

    /// Removes all records of the encoder in a place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn clear<F: NorFlash, const BYTES: usize>(store: &mut Store<F, BYTES>, place: Place) -> Result<(), StoreError> {
        (0..H::RECORDS).try_for_each(|record| {
            let (kind, index) = H::key(record);
            store.remove(Key { kind, place, index })
        })
    }

    fn key(&self, record: u16) -> Key {
        let (kind, index) = H::key(record);
        Key { kind, place: self.place, index }
    }

    /// Takes a record from the store; whether it may stay there.
    fn read<F: NorFlash, const BYTES: usize>(
        &mut self,
        store: &mut Store<F, BYTES>,
        record: u16,
    ) -> Result<bool, StoreError> {
        let value = store.read(self.key(record))?.unwrap_or_default();
        let Some((identity, value)) = value.split_first_chunk::<IDENTITY_BYTES>() else {
            self.head.read(record, &[], self.units);
            return Ok(value.is_empty());
        };
        if *identity != self.identity.0 {
            self.kept = Some(Identity(*identity));
            return Ok(true);
        }
        Ok(self.head.read(record, value, self.units))
    }

    /// Stores what has changed. Where that fails, the head has what is stored.
    fn save<F: NorFlash, const BYTES: usize>(&mut self, store: &mut Store<F, BYTES>) -> Result<(), SavedError> {
        while let Some(record) = self.head.unsaved() {
            let Self { head, identity, .. } = &*self;
            let value = |value: &mut [u8]| {
                let (to, rest) = value.split_first_chunk_mut::<IDENTITY_BYTES>()?;
                let length = head.write(record, rest)?;
                // Nothing is left of a class that is gone, its encoder's identity neither.
                if length == 0 {
                    return Some(0);
                }
                put(to, &identity.0)?;
                length.checked_add(IDENTITY_BYTES)
            };
            if let Err(error) = store.write(self.key(record), &value) {
                self.restore(store);
                return Err(error.into());
            }
            self.head.set_saved(record);
        }
        Ok(())
    }

    fn restore<F: NorFlash, const BYTES: usize>(&mut self, store: &mut Store<F, BYTES>) {
        while let Some(record) = self.head.unsaved() {
            if self.read(store, record).is_err() {
                self.head.read(record, &[], self.units);
            }
            self.head.set_saved(record);
        }
    }
}
