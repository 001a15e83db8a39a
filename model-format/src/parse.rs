//! From the bytes of a file to a checked [`Model`].
//!
//! Above the model, so that the checks can ask what is being checked by its accessors.

use crate::layout::{CRC, CRC_BYTES, HEADER_OFFSET, Layout};
use crate::reader::Reader;
use crate::validate::validate;
use crate::{Error, Model};

impl<'a> Model<'a> {
    /// Reads a file and checks all of it: checksum, graph, shapes, ranges, parameters and memory plan.
    ///
    /// `bytes` may be longer than the file, as a flash partition is; the rest is not looked at.
    ///
    /// # Errors
    /// The first thing found that would make a run fail or read outside of the file.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let layout = Layout::read(bytes)?;
        let file = bytes.get(..layout.file_bytes() as usize);
        let (body, crc) = file.and_then(<[u8]>::split_last_chunk::<CRC_BYTES>).ok_or(Error::BadLayout)?;
        let [stated, computed] = [u32::from_le_bytes(*crc), checksum(body)];
        if stated != computed {
            return Err(Error::Checksum { stated, computed });
        }
        let (head, weights) = body.split_at_checked(layout.weights_offset() as usize).ok_or(Error::BadLayout)?;
        let header = head.get(HEADER_OFFSET..).and_then(|head| head.split_at_checked(layout.header_bytes() as usize));
        let (header, padding) = header.ok_or(Error::BadLayout)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Error::BadLayout);
        }
        let mut reader = Reader(header);
        let (Some(_), Some(graph), []) = (reader.about(), reader.graph(), reader.0) else {
            return Err(Error::Header);
        };
        let model = Self { layout, header, graph, weights };
        validate(&model)?;
        Ok(model)
    }
}

/// The CRC-32, four bytes at a time. It is most of the reading, so its loop has a function and all registers.
#[inline(never)]
fn checksum(body: &[u8]) -> u32 {
    let (fours, rest) = body.as_chunks::<4>();
    let mut digest = CRC.digest();
    fours.iter().for_each(|four| digest.update(four));
    digest.update(rest);
    digest.finalize()
}
