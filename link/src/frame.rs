//! Frames: where a message begins and ends on a line that may lose, add and change bytes.

use crc::{CRC_32_ISO_HDLC, Crc};
use serde::{Deserialize, Serialize};

use crate::cobs::{self, Decoder};

const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
const CRC_BYTES: usize = 4;

/// Bytes of a frame that are none of a payload, at most, for frames of up to 4 KiB: number, kind, lengths and offset,
/// checksum, byte stuffing and the final zero.
pub const FRAME_OVERHEAD: usize = 48;

/// Why a frame holds no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// Longer than the reader's buffer.
    TooLong,
    /// Bytes were lost, added or changed.
    Damaged,
}

/// Writes the frame of a message into `line`, and gives it, its final zero included. `None` if it does not fit.
pub fn encode<'a, T: Serialize>(number: u32, message: &T, line: &'a mut [u8]) -> Option<&'a [u8]> {
    // As many bytes as the longest message that fits could need.
    let start = cobs::gap(line.len());
    let length = postcard::to_slice(&(number, message), line.get_mut(start..)?).ok()?.len();
    let end = start.checked_add(length)?;
    let crc = CRC.checksum(line.get(start..end)?);
    line.get_mut(end..)?.first_chunk_mut::<CRC_BYTES>()?.copy_from_slice(&crc.to_le_bytes());
    let stuffed = cobs::encode(line.get_mut(..end + CRC_BYTES)?, start)?;
    *line.get_mut(stuffed)? = 0;
    line.get(..=stuffed)
}

/// The number and the message in the body of a frame; `None` if it is of no such message, or longer than it.
pub fn decode<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<(u32, T)> {
    match postcard::take_from_bytes(body) {
        Ok((numbered, [])) => Some(numbered),
        _ => None,
    }
}

/// The number in the body of a frame, whatever message it holds.
pub fn number(body: &[u8]) -> Option<u32> {
    postcard::take_from_bytes(body).ok().map(|(number, _)| number)
}

/// Takes frames of up to `BYTES` bytes out of a line, one byte after the other.
#[derive(Debug, Clone)]
pub struct FrameReader<const BYTES: usize> {
    body: [u8; BYTES],
    length: usize,
    is_begun: bool,
    is_too_long: bool,
    decoder: Decoder,
}

impl<const BYTES: usize> FrameReader<BYTES> {
    /// At the start of a frame.
    pub const fn new() -> Self {
        Self { body: [0; BYTES], length: 0, is_begun: false, is_too_long: false, decoder: Decoder::START }
    }

    /// Takes the next byte of the line. At the end of a frame that is not empty, its body: what [`decode`] reads.
    pub fn feed(&mut self, byte: u8) -> Option<Result<&[u8], FrameError>> {
        if byte != 0 {
            self.is_begun = true;
            if let Some(value) = self.decoder.feed(byte) {
                match self.body.get_mut(self.length) {
                    Some(place) => {
                        *place = value;
                        self.length += 1;
                    }
                    None => self.is_too_long = true,
                }
            }
            return None;
        }
        let [is_begun, is_too_long, is_whole] = [self.is_begun, self.is_too_long, self.decoder.is_whole()];
        let length = self.length;
        (self.length, self.is_begun, self.is_too_long) = (0, false, false);
        self.decoder = Decoder::START;
        if !is_begun {
            return None;
        }
        let body = self.body.get(..length).and_then(<[u8]>::split_last_chunk::<CRC_BYTES>);
        Some(match body {
            _ if is_too_long => Err(FrameError::TooLong),
            Some((body, crc)) if is_whole && CRC.checksum(body) == u32::from_le_bytes(*crc) => Ok(body),
            _ => Err(FrameError::Damaged),
        })
    }
}

impl<const BYTES: usize> Default for FrameReader<BYTES> {
    fn default() -> Self {
        Self::new()
    }
}
