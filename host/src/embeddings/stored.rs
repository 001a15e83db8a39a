//! A NumPy file of embeddings, and behind the array a second one: the 16 bytes of the encoder's identity.

use std::iter;

use dim_model_format::Identity;

use crate::npy::{Element, Header};

/// Bytes of an identity.
const STAMP_BYTES: usize = 16;

/// Why a file of embeddings cannot be read or added to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Not what `dim embed` writes.
    #[error("not a file of `dim embed`: {0}")]
    Malformed(&'static str),
    /// No rows of numbers.
    #[error("{found}; expected whole or real numbers of [images, units], as `dim embed` and numpy.save write them")]
    NotRows {
        /// What the file holds.
        found: String,
    },
    /// Of another encoder.
    #[error(
        "its embeddings are of encoder {stated}, these are of encoder {encoder}; embeddings of two encoders cannot be \
         compared: write another file"
    )]
    OtherEncoder {
        /// Identity in the file.
        stated: Identity,
        /// Identity of the encoder whose embeddings were to be added.
        encoder: Identity,
    },
    /// Codes and real numbers, or rows of two lengths.
    #[error("it holds {stated}, these are {added}; use the same --codes as when it was written")]
    Kind {
        /// What the file has.
        stated: String,
        /// What was to be added.
        added: String,
    },
}

/// The numbers of all embeddings, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// int8 codes, as the device computes them.
    Codes(Vec<i8>),
    /// Real numbers, `scale * (code - zero_point)`.
    Real(Vec<f32>),
}

/// Embeddings of one encoder, `[images, units]`; or maps, `[images, height, width, channels]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The encoder.
    pub identity: Identity,
    /// Extents of an embedding, `[units]` or `[height, width, channels]`, each at least 1.
    pub shape: Vec<usize>,
    /// Its numbers.
    pub rows: Rows,
}

impl Stored {
    /// Number of embeddings.
    pub fn len(&self) -> usize {
        match &self.rows {
            Rows::Codes(codes) => codes.len() / self.units(),
            Rows::Real(numbers) => numbers.len() / self.units(),
        }
    }

    /// Numbers of an embedding.
    pub fn units(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads what [`Stored::to_npy`] wrote.
    ///
    /// # Errors
    /// [`StoreError::Malformed`].
    pub fn from_npy(bytes: &[u8]) -> Result<Self, StoreError> {
        let malformed = StoreError::Malformed;
        let mut rest = bytes;
        let header = Header::read(&mut rest).map_err(|_| malformed("not a NumPy file"))?;
        let (&[images, ref extents @ ..], false) = (header.shape.as_slice(), header.is_fortran_order) else {
            return Err(malformed("not rows of embeddings"));
        };
        if !matches!(extents.len(), 1 | 3) || extents.contains(&0) {
            return Err(malformed("not rows of embeddings"));
        }
        let element = header.element;
        if ![Element::I8, Element::F32].contains(&element) {
            return Err(malformed("neither int8 nor float32"));
        }
        // Nothing is allocated for an array that only claims to be there.
        let length = extents.iter().try_fold(element.bytes as u64, |units, extent| units.checked_mul(*extent));
        let length = length.and_then(|length| length.checked_mul(images));
        let array = length.and_then(|length| rest.split_off(..usize::try_from(length).ok()?));
        let array = array.ok_or(malformed("cut short"))?;
        let shape = extents.iter().map(|extent| usize::try_from(*extent)).collect::<Result<_, _>>();
        let shape = shape.map_err(|_| malformed("cut short"))?;
        let rows = match element {
            Element::I8 => Rows::Codes(bytemuck::cast_slice(array).to_vec()),
            _ => Rows::Real(array.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect()),
        };
        let stamp =
            Header::read(&mut rest).ok().filter(|header| *header == Header::of(Element::U8, &[STAMP_BYTES as u64]));
        let stamp = stamp.and_then(|_| rest.first_chunk::<STAMP_BYTES>());
        let identity = Identity(*stamp.ok_or(malformed("no identity stands behind the embeddings"))?);
        Ok(Self { identity, shape, rows })
    }

    /// The file: `numpy.load` gives the embeddings, and once more, on the same open file, the identity.
    pub fn to_npy(&self) -> Vec<u8> {
        let shape: Vec<u64> =
            iter::once(self.len()).chain(self.shape.iter().copied()).map(|extent| extent as u64).collect();
        let (element, array) = match &self.rows {
            Rows::Codes(codes) => (Element::I8, bytemuck::cast_slice(codes).to_vec()),
            Rows::Real(numbers) => (Element::F32, numbers.iter().copied().flat_map(f32::to_le_bytes).collect()),
        };
        let stamp = Header::of(Element::U8, &[STAMP_BYTES as u64]);
        [Header::of(element, &shape).to_bytes(), array, stamp.to_bytes(), self.identity.0.to_vec()].concat()
    }

    /// Appends embeddings of the same encoder.
    ///
    /// # Errors
    /// [`StoreError::OtherEncoder`], [`StoreError::Kind`]; then nothing has changed.
    pub fn append(&mut self, added: &Self) -> Result<(), StoreError> {
        if self.identity != added.identity {
            return Err(StoreError::OtherEncoder { stated: self.identity, encoder: added.identity });
        }
        match (&mut self.rows, &added.rows) {
            (Rows::Codes(codes), Rows::Codes(more)) if self.shape == added.shape => codes.extend(more),
            (Rows::Real(numbers), Rows::Real(more)) if self.shape == added.shape => numbers.extend(more),
            _ => return Err(StoreError::Kind { stated: self.kind(), added: added.kind() }),
        }
        Ok(())
    }

    fn kind(&self) -> String {
        let numbers = match self.rows {
            Rows::Codes(_) => "int8 codes",
            Rows::Real(_) => "real numbers",
        };
        let extents: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("{numbers} in rows of {}", extents.join("x"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(rows: Rows) -> Stored {
        Stored { identity: Identity(*b"0123456789abcdef"), shape: vec![2], rows }
    }

    #[test]
    fn reading_gives_what_was_written() {
        let maps = Stored { shape: vec![1, 2, 3], ..stored(Rows::Codes((0..12).collect())) };
        let rows = [Rows::Codes(vec![-128, 127, 0, 1]), Rows::Real(vec![0.5, -1.5]), Rows::Codes(vec![])].map(stored);
        assert_eq!(maps.len(), 2);
        for written in rows.into_iter().chain([maps]) {
            let file = written.to_npy();
            assert_eq!(Stored::from_npy(&file).unwrap(), written);
            for length in 0..file.len() {
                assert!(matches!(Stored::from_npy(&file[..length]), Err(StoreError::Malformed(_))), "{length} bytes");
            }
        }
    }

    #[test]
    fn an_array_that_is_longer_than_its_file_is_refused() {
        let file = stored(Rows::Codes(vec![1, 2])).to_npy();
        let text = String::from_utf8_lossy(&file).replacen("(1, 2)", "(9999999, 999999)", 1);
        // The header keeps its length, so the spaces behind it give way.
        assert!(Stored::from_npy(text.as_bytes()).is_err());
    }

    #[test]
    fn only_like_is_appended_to_like() {
        let mut codes = stored(Rows::Codes(vec![1, 2]));
        codes.append(&stored(Rows::Codes(vec![3, 4]))).unwrap();
        let whole = stored(Rows::Codes(vec![1, 2, 3, 4]));
        assert_eq!((&codes, codes.len()), (&whole, 2));

        let other = Stored { identity: Identity([0; 16]), ..whole.clone() };
        assert!(matches!(codes.append(&other), Err(StoreError::OtherEncoder { .. })));
        let error = codes.append(&stored(Rows::Real(vec![1.0, 2.0]))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it holds int8 codes in rows of 2, these are real numbers in rows of 2; use the same --codes as when it was written"
        );
        assert!(codes.append(&Stored { shape: vec![1], ..whole.clone() }).is_err());
        assert_eq!(codes, whole);
    }
}
