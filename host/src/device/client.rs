//! One request at a time, sent again until it is answered.

use std::time::{Duration, Instant};

use dim_link::{Failure, FrameReader, Reply, Request, VERSION, decode, encode};

use super::explain::explain;
use super::line::Line;

/// Longest frame that a device may send or take, in bytes.
const MOST_FRAME_BYTES: usize = 1 << 16;
/// How long an answer to the first try may take; it is twice as long each time that it is sent again.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// Why there is no answer, or not the one that was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The line is gone.
    #[error("the line to the device is gone: {0}")]
    Line(#[from] std::io::Error),
    /// Nothing was heard.
    #[error("the device does not answer; is it on, and does it run a firmware with dim-device?")]
    Silent,
    /// The device did not do it.
    #[error("{}", explain(.0))]
    Failed(Failure),
    /// The answer is of another kind than the question.
    #[error("the device answers what it was not asked")]
    Unexpected,
    /// The request does not fit into a frame.
    #[error("the request is too long for a frame")]
    TooLong,
    /// The device speaks another version.
    #[error(
        "the device speaks version {device} of the messages, this program {VERSION}; use a firmware of its release"
    )]
    Version {
        /// Of the device.
        device: u16,
    },
}

/// Asks a device at the other end of a line.
pub struct Client<L> {
    line: L,
    reader: Box<FrameReader<MOST_FRAME_BYTES>>,
    /// Of the last request; none has 0.
    number: u32,
    tries: u32,
    first_wait: Duration,
}

impl<L: Line> Client<L> {
    /// Five tries, the first of which waits for a second, and each next one for twice as long.
    ///
    /// # Errors
    /// If the system has no random numbers: requests start with one, so that a device takes none for one of another program.
    pub fn new(line: L) -> anyhow::Result<Self> {
        let mut number = [0; 4];
        getrandom::fill(&mut number).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
        let number = u32::from_le_bytes(number);
        Ok(Self { line, reader: Box::new(FrameReader::new()), number, tries: 5, first_wait: FIRST_WAIT })
    }

    /// The same, for a line that is known to be quick.
    #[must_use]
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    /// The same, for a line that loses much.
    #[must_use]
    pub fn with_tries(self, tries: u32) -> Self {
        Self { tries, ..self }
    }

    /// Asks, and gives what `read` makes of the answer; `None` is an answer that was not asked for.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn ask<T>(
        &mut self,
        request: Request<'_>,
        read: impl FnOnce(Reply<'_>) -> Option<T>,
    ) -> Result<T, ClientError> {
        self.number = self.number.checked_add(1).unwrap_or(1);
        let mut frame = vec![0; MOST_FRAME_BYTES];
        let frame = encode(self.number, &request, &mut frame).ok_or(ClientError::TooLong)?.to_vec();
        let mut wait = self.first_wait;
        for _ in 0..self.tries {
            // The first zero ends what noise has begun.
            self.line.send(&[0])?;
            self.line.send(&frame)?;
            if let Some(body) = self.wait(Instant::now() + wait)? {
                return match decode(&body) {
                    Some((_, Reply::Failed(failure))) => Err(ClientError::Failed(failure)),
                    Some((_, reply)) => read(reply).ok_or(ClientError::Unexpected),
                    None => Err(ClientError::Unexpected),
                };
            }
            wait *= 2;
        }
        Err(ClientError::Silent)
    }

    /// The body of the answer; `None` if there is none until then, or the device could not read the frame.
    fn wait(&mut self, end: Instant) -> Result<Option<Vec<u8>>, ClientError> {
        let mut bytes = [0; 4096];
        while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            let count = self.line.receive(&mut bytes, left)?;
            let mut answer = None;
            for byte in &bytes[..count] {
                let Some(Ok(body)) = self.reader.feed(*byte) else { continue };
                match dim_link::number(body) {
                    Some(number) if number == self.number => answer = Some(Some(body.to_vec())),
                    // It says so with the number of no request.
                    Some(0) => answer = answer.or(Some(None)),
                    // Of a try before.
                    _ => {}
                }
            }
            if let Some(answer) = answer {
                return Ok(answer);
            }
        }
        Ok(None)
    }
}
