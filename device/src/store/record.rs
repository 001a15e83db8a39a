//! Records as sequential-storage keeps them: the key, then the value.

use dim_link::Place;
use sequential_storage::map::{Key as MapKey, SerializationError, Value};

/// Names a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Of what.
    pub kind: Kind,
    /// The encoder that it belongs to.
    pub place: Place,
    /// Which one.
    pub index: u16,
}

/// What records are of. The numbers stand in flash: they are appended to, and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Layout of the store.
    Store = 0,
    /// Which encoder runs.
    Boot = 1,
    /// What has arrived of the next one.
    Receiving = 2,
    /// A class of the nearest mean.
    Mean = 3,
    /// A class of nearest neighbours.
    Neighbours = 4,
    /// An example of theirs.
    Example = 5,
    /// Whose the classes of a place are.
    Owner = 6,
    /// Whose statistics of normal images are kept, and in which row.
    Normal = 7,
    /// A part of their moments.
    Moments = 8,
}

impl Key {
    /// Bytes of a key before a value.
    pub(super) const BYTES: usize = 4;

    const fn bytes(self) -> [u8; Self::BYTES] {
        let [low, high] = self.index.to_le_bytes();
        [self.kind as u8, self.place as u8, low, high]
    }
}

/// The bytes of a key. It is a part of the value, so that a record too short for a key is a value that cannot be read, and
/// nothing worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name([u8; Key::BYTES]);

impl From<Key> for Name {
    fn from(key: Key) -> Self {
        Self(key.bytes())
    }
}

impl MapKey for Name {
    fn serialize_into(&self, _: &mut [u8]) -> Result<usize, SerializationError> {
        Ok(0)
    }

    fn deserialize_from(buffer: &[u8]) -> Result<(Self, usize), SerializationError> {
        let name = buffer.first_chunk().ok_or(SerializationError::BufferTooSmall)?;
        Ok((Self(*name), 0))
    }
}

/// A record to be written; its value writes itself into a buffer, and gives its length, `None` if it does not fit.
pub(super) struct Written<'w> {
    pub(super) name: Name,
    pub(super) value: &'w dyn Fn(&mut [u8]) -> Option<usize>,
}

impl<'d> Value<'d> for Written<'_> {
    fn serialize_into(&self, buffer: &mut [u8]) -> Result<usize, SerializationError> {
        let (name, rest) = buffer.split_first_chunk_mut().ok_or(SerializationError::BufferTooSmall)?;
        *name = self.name.0;
        let length = (self.value)(rest).ok_or(SerializationError::BufferTooSmall)?;
        length.checked_add(Key::BYTES).ok_or(SerializationError::InvalidData)
    }

    fn deserialize_from(_: &'d [u8]) -> Result<(Self, usize), SerializationError> {
        Err(SerializationError::InvalidFormat)
    }
}

/// A record that was read.
pub(super) struct Read<'d>(pub(super) &'d [u8]);

impl<'d> Value<'d> for Read<'d> {
    fn serialize_into(&self, _: &mut [u8]) -> Result<usize, SerializationError> {
        Err(SerializationError::InvalidData)
    }

    fn deserialize_from(buffer: &'d [u8]) -> Result<(Self, usize), SerializationError> {
        Ok((Self(buffer.get(Key::BYTES..).unwrap_or_default()), buffer.len()))
    }
}
