//! Classes kept in the store, under the identity of the encoder that their embeddings are of.
//!
//! A record of each place says whose its classes are, and counts how often all were forgotten. Every class is stored with that
//! count, so that one write forgets them all, and none comes back.

use dim_link::{Identity, Place, Verdict};
use embedded_storage::nor_flash::NorFlash;

use super::head::{Head, LearnError, UnlearnError};
use crate::store::{Key, Kind, Store, StoreError, put};

/// Bytes of a count before each record.
const COUNT_BYTES: usize = 4;
/// Of the record that says whose classes they are: identity and count.
const OWNER_BYTES: usize = 16 + COUNT_BYTES;
/// No encoder has it.
const NOBODY: Identity = Identity([0; 16]);

/// Why classes were not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SavedError {
    /// The head cannot learn it.
    Learn(LearnError),
    /// There is no such class.
    NoClass,
    /// The class has no such example.
    NoExample,
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

/// Whose classes lie in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owner {
    identity: Identity,
    /// How often all were forgotten.
    count: [u8; COUNT_BYTES],
}

impl Owner {
    fn read<F: NorFlash, const BYTES: usize>(store: &mut Store<F, BYTES>, place: Place) -> Result<Self, StoreError> {
        let value = store.read(Self::key(place))?.and_then(|value| <&[u8; OWNER_BYTES]>::try_from(value).ok());
        let owner = value
            .and_then(|value| Some(Self { identity: Identity(*value.first_chunk()?), count: *value.last_chunk()? }));
        Ok(owner.unwrap_or(Self { identity: NOBODY, count: [0; COUNT_BYTES] }))
    }

    fn write<F: NorFlash, const BYTES: usize>(
        self,
        store: &mut Store<F, BYTES>,
        place: Place,
    ) -> Result<(), StoreError> {
        store.write(Self::key(place), &|value| {
            let (identity, count) = value.get_mut(..OWNER_BYTES)?.split_first_chunk_mut::<16>()?;
            *identity = self.identity.0;
            put(count, &self.count)?;
            Some(OWNER_BYTES)
        })
    }

    /// After all were forgotten.
    const fn forgetful(self, identity: Identity) -> Self {
        Self { identity, count: u32::from_le_bytes(self.count).wrapping_add(1).to_le_bytes() }
    }

    const fn key(place: Place) -> Key {
        Key { kind: Kind::Owner, place, index: 0 }
    }
}

/// A head and the place of its records: what it has learned is stored before anyone is told.
#[derive(Debug)]
pub struct SavedClasses<H> {
    head: H,
    identity: Identity,
    place: Place,
    owner: Owner,
    /// Whether there are classes of an owner that is another encoder.
    is_others: bool,
}

impl<H: Head> SavedClasses<H> {
    /// Bytes that a store needs for a record, its key included.
    pub const STORE_BYTES: usize = (4 + COUNT_BYTES + H::RECORD_BYTES).next_multiple_of(32);

    /// Reads the classes of an encoder in this place. Those of another encoder stay where they are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load<F: NorFlash, const BYTES: usize>(
        store: &mut Store<F, BYTES>,
        place: Place,
        identity: Identity,
    ) -> Result<Self, StoreError> {
        let owner = Owner::read(store, place)?;
        let mut classes = Self { head: H::new(), identity, place, owner, is_others: false };
        for record in 0..H::RECORDS {
            if !classes.read(store, record)? {
                // Of a class that was forgotten, or of another firmware.
                store.remove(classes.key(record))?;
            }
        }
        Ok(classes)
    }

    /// What was learned.
    pub const fn head(&self) -> &H {
        &self.head
    }

    /// The class of an embedding, int8 codes `[units]`; `None` where no class is known.
    pub fn classify(&mut self, embedding: &[i8]) -> Option<Verdict<'_>> {
        self.head.classify(embedding)
    }

    /// The encoder whose classes are in the store, if it is another one.
    pub fn kept(&self) -> Option<Identity> {
        Some(self.owner.identity).filter(|_| self.is_others)
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
        if let Some(kept) = self.kept() {
            return Err(SavedError::OtherEncoder(kept));
        }
        if self.owner.identity != self.identity {
            let owner = Owner { identity: self.identity, ..self.owner };
            owner.write(store, self.place)?;
            self.owner = owner;
        }
        let examples = self.head.learn(class, embedding).map_err(SavedError::Learn)?;
        self.save(store)?;
        Ok(examples)
    }

    /// Takes an example back, int8 codes `[units]`, and gives the number of those that are left of its class.
    ///
    /// # Errors
    /// [`SavedError`] but those of learning; then nothing is taken back.
    pub fn unlearn<F: NorFlash, const BYTES: usize>(
        &mut self,
        store: &mut Store<F, BYTES>,
        class: &str,
        embedding: &[i8],
    ) -> Result<u32, SavedError> {
        if let Some(kept) = self.kept() {
            return Err(SavedError::OtherEncoder(kept));
        }
        let examples = self.head.unlearn(class, embedding).map_err(|error| match error {
            UnlearnError::NoClass => SavedError::NoClass,
            UnlearnError::NoExample => SavedError::NoExample,
        })?;
        self.save(store)?;
        Ok(examples)
    }

    /// Forgets a class, or all: those of another encoder too.
    ///
    /// # Errors
    /// [`SavedError::NoClass`], [`SavedError::Store`]; then nothing is forgotten.
    pub fn forget<F: NorFlash, const BYTES: usize>(
        &mut self,
        store: &mut Store<F, BYTES>,
        class: Option<&str>,
    ) -> Result<(), SavedError> {
        if class.is_some() {
            return if self.head.forget(class) { self.save(store) } else { Err(SavedError::NoClass) };
        }
        let owner = self.owner.forgetful(self.identity);
        owner.write(store, self.place)?;
        *self = Self { head: H::new(), owner, is_others: false, ..*self };
        Ok(())
    }

    /// Forgets whatever was learned with an encoder in a place, which is gone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn clear<F: NorFlash, const BYTES: usize>(store: &mut Store<F, BYTES>, place: Place) -> Result<(), StoreError> {
        let owner = Owner::read(store, place)?;
        if owner.identity == NOBODY { Ok(()) } else { owner.forgetful(NOBODY).write(store, place) }
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
        let learned = value.split_first_chunk().filter(|(count, _)| **count == self.owner.count);
        match learned {
            Some((_, value)) if self.owner.identity == self.identity => Ok(self.head.read(record, value)),
            Some(_) => {
                self.is_others = true;
                Ok(true)
            }
            None => {
                self.head.read(record, &[]);
                Ok(value.is_empty())
            }
        }
    }

    /// Stores what has changed. Where that fails, the head has what is stored.
    fn save<F: NorFlash, const BYTES: usize>(&mut self, store: &mut Store<F, BYTES>) -> Result<(), SavedError> {
        while let Some(record) = self.head.unsaved() {
            let Self { head, owner, .. } = &*self;
            let value = |value: &mut [u8]| {
                let (count, rest) = value.split_first_chunk_mut()?;
                *count = owner.count;
                match head.write(record, rest)? {
                    // Nothing is left of what is gone.
                    0 => Some(0),
                    length => length.checked_add(COUNT_BYTES),
                }
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
                self.head.read(record, &[]);
            }
            self.head.set_saved(record);
        }
    }
}
