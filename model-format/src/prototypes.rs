//! Classes as embeddings to be near to: what a device that has learned no classifier tells them apart by.
//!
//! A prototype is the mean embedding of a class, in the encoder's own int8 codes. Codes of two encoders have nothing to do with
//! each other, so a file of prototypes names its encoder by [`Identity`], and is refused beside any other.
//!
//! | offset | bytes | field, little-endian |
//! |---|---|---|
//! | 0 | 8 | magic: `93 50 52 4f 0d 0a 1a 0a` |
//! | 8 | 2 | version, 1 |
//! | 10 | 2 | classes, at least 1 |
//! | 12 | 2 | units of an embedding, at least 1 |
//! | 14 | 2 | bytes of all names |
//! | 16 | 16 | identity of the encoder |
//! | 32 | classes * units | int8 codes of each class |
//! | any | as stated | names of the classes, UTF-8, each ended by a line feed |
//! | any | 4 | CRC-32 of all bytes before, as of a `.dim` file |

use crate::layout::{CRC, CRC_BYTES};
use crate::{Identity, Model, TapKind};

const MAGIC: [u8; 8] = *b"\x93PRO\r\n\x1a\n";
const VERSION: u16 = 1;
/// Bytes before the codes.
const HEAD_BYTES: usize = 32;

/// Why prototypes cannot be used with an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrototypesError {
    /// Not such a file, of another version, cut short or damaged.
    #[error("not a whole file of prototypes of version {VERSION}")]
    Malformed,
    /// Made of the embeddings of another encoder.
    #[error(
        "the prototypes are of encoder {stated}, this is encoder {encoder}; embeddings of two encoders cannot be compared"
    )]
    OtherEncoder {
        /// Identity in the file.
        stated: Identity,
        /// Identity of the encoder beside it.
        encoder: Identity,
    },
    /// The encoder's embedding has another number of units.
    #[error("the prototypes have {stated} units, the encoder's embedding has {encoder}")]
    Units {
        /// Units in the file.
        stated: usize,
        /// Units of the encoder.
        encoder: usize,
    },
}

/// The classes of an encoder, borrowed from their file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prototypes<'a> {
    codes: &'a [u8],
    units: usize,
    names: &'a str,
}

/// The class that an embedding is nearest to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearest<'a> {
    /// Number of the class.
    pub class: usize,
    /// Its name.
    pub name: &'a str,
    /// Sum of the squared differences of the codes.
    pub distance: u32,
}

impl<'a> Prototypes<'a> {
    /// Reads the prototypes of `model`; `bytes` is the whole file.
    ///
    /// # Errors
    /// [`PrototypesError`].
    pub fn parse(bytes: &'a [u8], model: &Model<'_>) -> Result<Self, PrototypesError> {
        let (stated, prototypes) = read(bytes).ok_or(PrototypesError::Malformed)?;
        let encoder = model.identity();
        if stated != encoder {
            return Err(PrototypesError::OtherEncoder { stated, encoder });
        }
        let embedding = model.tap(TapKind::Embedding).map_or(0, |id| model.tensor(id).shape.elements());
        if prototypes.units as u64 != embedding {
            let encoder = usize::try_from(embedding).unwrap_or(usize::MAX);
            return Err(PrototypesError::Units { stated: prototypes.units, encoder });
        }
        Ok(prototypes)
    }

    /// The classes in the order of their numbers: name and codes.
    pub fn classes(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a> {
        let Self { mut names, mut codes, units } = *self;
        // Without the searchers and chunks of the library, in which something can panic.
        core::iter::from_fn(move || {
            let (name, rest) = names.split_at_checked(names.bytes().position(|byte| byte == b'\n')?)?;
            let (class, other) = codes.split_at_checked(units)?;
            (names, codes) = (rest.get(1..)?, other);
            Some((name, class))
        })
    }

    /// The class whose codes differ least from an embedding's, by the sum of squares; the first of them where several do.
    /// `None` if `embedding` has another number of units.
    pub fn nearest(&self, embedding: &[i8]) -> Option<Nearest<'a>> {
        if embedding.len() != self.units {
            return None;
        }
        let distances = self.classes().enumerate().map(|(class, (name, codes))| Nearest {
            class,
            name,
            distance: squared_distance(codes, embedding),
        });
        distances.min_by_key(|nearest| nearest.distance)
    }
}

/// At most `65,535 * 255^2`, which fits.
fn squared_distance(codes: &[u8], embedding: &[i8]) -> u32 {
    codes.iter().zip(embedding).map(|(code, value)| squared_difference(code.cast_signed(), *value)).sum()
}

/// Square of the difference of two codes; the sum over the units is the distance of embeddings by which a class is nearest.
pub const fn squared_difference(a: i8, b: i8) -> u32 {
    let difference = a.abs_diff(b) as u32;
    difference * difference
}

/// The mean of `count` int8 codes with this sum, rounded to nearest, ties away from zero: a unit of a prototype. 0 of no codes.
///
/// # Ranges
/// `sum` is a sum of `count` codes, and `count` at most 2^53.
pub const fn mean_code(sum: i64, count: i64) -> i8 {
    let Some(magnitude) = (2 * sum.abs() + count).checked_div(2 * count) else { return 0 };
    // A mean of int8 numbers is one.
    #[expect(clippy::cast_possible_truncation, reason = "a mean lies between the numbers that it is of")]
    let mean = (magnitude * sum.signum()) as i8;
    mean
}

fn read(bytes: &[u8]) -> Option<(Identity, Prototypes<'_>)> {
    let (body, crc) = bytes.split_last_chunk::<CRC_BYTES>()?;
    let (head, rest) = body.split_first_chunk::<HEAD_BYTES>()?;
    let (magic, fields) = head.split_first_chunk::<8>()?;
    let (fields, identity) = fields.split_first_chunk::<8>()?;
    let [version, classes, units, name_bytes] = [0, 2, 4, 6].map(|at| u16::from_le_bytes([fields[at], fields[at + 1]]));
    let identity = Identity(*identity.first_chunk()?);
    let [classes, units, name_bytes] = [classes, units, name_bytes].map(usize::from);
    let (codes, names) = rest.split_at_checked(classes.checked_mul(units)?)?;
    let names = core::str::from_utf8(names).ok()?;
    let is_whole = *magic == MAGIC
        && version == VERSION
        && u32::from_le_bytes(*crc) == CRC.checksum(body)
        && classes > 0
        && units > 0
        && names.len() == name_bytes
        && names.ends_with('\n')
        && names.bytes().filter(|byte| *byte == b'\n').count() == classes;
    is_whole.then_some((identity, Prototypes { codes, units, names }))
}

/// The file of the prototypes of `model`: name and codes of each class, in the order of their numbers. `None` if there is no
/// class, the codes have another number than the embedding has units, a name has a line feed, or something exceeds its
/// field.
#[cfg(feature = "alloc")]
pub fn write_prototypes(model: &Model<'_>, classes: &[(&str, &[i8])]) -> Option<alloc::vec::Vec<u8>> {
    let units = classes.first()?.1.len();
    if classes.iter().any(|(name, codes)| codes.len() != units || name.contains(['\n', '\r'])) {
        return None;
    }
    let names: alloc::string::String = classes.iter().flat_map(|(name, _)| [*name, "\n"]).collect();
    let mut file = MAGIC.to_vec();
    file.extend(VERSION.to_le_bytes());
    for length in [classes.len(), units, names.len()] {
        file.extend(u16::try_from(length).ok()?.to_le_bytes());
    }
    file.extend(model.identity().0);
    file.extend(classes.iter().flat_map(|(_, codes)| *codes).map(|code| code.cast_unsigned()));
    file.extend(names.as_bytes());
    file.extend(CRC.checksum(&file).to_le_bytes());
    Prototypes::parse(&file, model).is_ok().then_some(file)
}
