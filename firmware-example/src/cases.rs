//! Images with the outputs that the host computed for them.
//!
//! `dim conform` writes this file. Integers are little-endian:
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | `DIMCASES` |
//! | 8 | 2 | version, 1 |
//! | 10 | 2 | number of cases |
//! | 12 | 4 | P, bytes of an image |
//! | 16 | 4 | E, bytes of an embedding |
//! | 20 | 4 | F, bytes of a feature map; 0 if the encoder taps none |
//! | 24 | 16 | identity of the encoder |
//! | 40 | cases * (P + E + F) | of each case: the pixels, the expected embedding, the expected feature map |

use dim_runtime::Model;

const MAGIC: [u8; 8] = *b"DIMCASES";
const VERSION: u16 = 1;

/// Why the cases cannot be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, defmt::Format)]
pub enum CasesError {
    /// Not a file of cases, of another version, or cut short.
    Malformed,
    /// Made for another encoder.
    OtherEncoder,
}

/// One image with what the host computed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case<'a> {
    /// `[height, width, channels]`, raw.
    pub pixels: &'a [u8],
    /// int8 values as two's complement bytes.
    pub embedding: &'a [u8],
    /// int8 values as two's complement bytes; empty if the encoder taps none.
    pub feature_map: &'a [u8],
}

/// All cases of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cases<'a> {
    records: &'a [u8],
    pixels: usize,
    embedding: usize,
    feature_map: usize,
}

impl<'a> Cases<'a> {
    /// Borrows the cases of `model` from their file.
    ///
    /// # Errors
    /// [`CasesError`], if the file is damaged or was made for another encoder.
    pub fn parse(file: &'a [u8], model: &Model<'_>) -> Result<Self, CasesError> {
        let mut reader = Reader(file);
        if reader.array()? != MAGIC || u16::from_le_bytes(reader.array()?) != VERSION {
            return Err(CasesError::Malformed);
        }
        let count = usize::from(u16::from_le_bytes(reader.array()?));
        let [pixels, embedding, feature_map] = [reader.length()?, reader.length()?, reader.length()?];
        if reader.array()? != model.identity().0 {
            return Err(CasesError::OtherEncoder);
        }
        let cases = Self { records: reader.0, pixels, embedding, feature_map };
        let whole = cases.record_bytes().checked_mul(count) == Some(cases.records.len()) && pixels > 0;
        if whole { Ok(cases) } else { Err(CasesError::Malformed) }
    }

    /// Bytes of an embedding and of a feature map.
    pub const fn output_bytes(&self) -> [usize; 2] {
        [self.embedding, self.feature_map]
    }

    /// The cases, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Case<'a>> + use<'a> {
        let [pixels, embedding] = [self.pixels, self.embedding];
        self.records.chunks_exact(self.record_bytes()).map(move |record| {
            let (pixels, outputs) = record.split_at(pixels);
            let (embedding, feature_map) = outputs.split_at(embedding);
            Case { pixels, embedding, feature_map }
        })
    }

    const fn record_bytes(&self) -> usize {
        self.pixels + self.embedding + self.feature_map
    }
}

/// What is left of a file.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], CasesError> {
        let (array, rest) = self.0.split_first_chunk().ok_or(CasesError::Malformed)?;
        self.0 = rest;
        Ok(*array)
    }

    /// A length, small enough that three of them can be added.
    fn length(&mut self) -> Result<usize, CasesError> {
        let length = u32::from_le_bytes(self.array()?);
        if length < 1 << 28 { Ok(length as usize) } else { Err(CasesError::Malformed) }
    }
}
