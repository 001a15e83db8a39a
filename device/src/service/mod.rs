//! Answers the messages of a workstation, over any line of bytes.

mod device;
mod learning;
mod novelty;
mod start;
mod update;

use crc::{CRC_32_ISO_HDLC, Crc};
use dim_link::{Failure, FrameReader, Reply, Request, decode, encode, number};

use crate::classes::Head;
use crate::flash::MappedFlash;
use device::Device;

pub use device::Board;
pub use start::{Parts, StartError};

/// Tells a frame that is sent again from another one.
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
/// Longest frame of a refusal.
const REFUSAL_BYTES: usize = 24;
/// Number of the reply to a frame that cannot be read; no request has it.
const NO_NUMBER: u32 = 0;

/// A device that answers requests.
///
/// | constant | is |
/// |---|---|
/// | `UNITS` | most units of an embedding, as of the head |
/// | `VALUES` | most int8 codes of a local feature map, for novelty; each takes 8 bytes, and 0 leaves it out |
/// | `FRAME` | longest frame in bytes, at least 256; a longer one is quicker |
/// | `RECORD` | longest record of the store, at least [`SavedClasses::STORE_BYTES`](crate::classes::SavedClasses::STORE_BYTES) |
pub struct Service<
    'm,
    'a,
    F: MappedFlash,
    H,
    B,
    const UNITS: usize,
    const VALUES: usize,
    const FRAME: usize,
    const RECORD: usize,
> {
    device: Device<'m, 'a, F, H, B, UNITS, VALUES, RECORD>,
    reader: FrameReader<FRAME>,
    line: [u8; FRAME],
    /// Number and checksum of the last request, and bytes of the answer in `line`.
    answered: Option<(u32, u32, usize)>,
    /// What answers a frame that cannot be read, so that the last answer can still be given again.
    refusal: [u8; REFUSAL_BYTES],
}

impl<'m, 'a, F, H, B, const UNITS: usize, const VALUES: usize, const FRAME: usize, const RECORD: usize>
    Service<'m, 'a, F, H, B, UNITS, VALUES, FRAME, RECORD>
where
    F: MappedFlash,
    H: Head,
    B: Board,
{
    /// Opens the store, and starts the encoder that proves itself.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(parts: Parts<'m, 'a, F, B>) -> Result<Self, StartError> {
        const { assert!(FRAME >= 256, "a frame has less than 256 bytes") };
        let device = Device::start(parts, chunk(FRAME))?;
        Ok(Self { device, reader: FrameReader::new(), line: [0; FRAME], answered: None, refusal: [0; REFUSAL_BYTES] })
    }

    /// Takes the next byte of the line. At the end of a request, the bytes to answer with.
    pub fn feed(&mut self, byte: u8) -> Option<&[u8]> {
        let body = match self.reader.feed(byte)? {
            Ok(body) => body,
            Err(_) => return encode(NO_NUMBER, &Reply::Failed(Failure::Frame), &mut self.refusal),
        };
        let Some((number, request)) = decode::<Request<'_>>(body) else {
            let number = number(body).unwrap_or(NO_NUMBER);
            return encode(number, &Reply::Failed(Failure::Frame), &mut self.refusal);
        };
        let checksum = CRC.checksum(body);
        if let Some((last, same, length)) = self.answered
            && (last, same) == (number, checksum)
        {
            return self.line.get(..length);
        }
        self.answered = None;
        let reply = self.device.answer(request);
        let answer = encode(number, &reply, &mut self.line)?;
        self.answered = Some((number, checksum, answer.len()));
        Some(answer)
    }

    /// Whether the device was asked to start again, once the answer is sent.
    pub const fn is_restarting(&self) -> bool {
        self.device.is_restarting
    }
}

/// Longest part of an image or an encoder in a frame: whole words of any flash.
const fn chunk(frame: usize) -> usize {
    (frame - dim_link::FRAME_OVERHEAD - frame / 128) & !63
}
