//! Sends an encoder.

use dim_link::{Failure, Reply, Request};
use dim_model_format::Model;

use super::client::ClientError;
use super::line::Line;
use super::session::{Device, done};

/// CRC-32C, another polynomial than the one at the end of every file, by which all whole files would have the same checksum.
const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);

/// How often a transfer goes on after it was cut short.
const MOST_RESUMES: u32 = 10;

/// What was sent of an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Bytes in all.
    pub bytes: usize,
    /// Bytes that the device had from a transfer before.
    pub resumed: usize,
}

impl<L: Line> Device<L> {
    /// Sends an encoder, `file` with its signature if it has one, and lets the device check it; it runs from the next start on
    /// if it proves itself then. A transfer that was cut short goes on where it ended. `told` hears how many bytes have arrived.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn update(&mut self, model: &Model<'_>, file: &[u8], mut told: impl FnMut(usize)) -> Result<Sent, ClientError> {
        let length = u32::try_from(file.len()).map_err(|_| ClientError::TooLong)?;
        let begin = Request::BeginUpdate { length, crc: CRC.checksum(file), identity: model.identity() };
        let resumed = self.client.ask(begin, received)?;
        let mut sent = resumed;
        let mut resumes = 0;
        while sent < file.len() {
            let end = file.len().min(sent + self.greeting().chunk.max(1));
            let bytes = file.get(sent..end).unwrap_or_default();
            let offset = u32::try_from(sent).unwrap_or(u32::MAX);
            sent = match self.client.ask(Request::Update { offset, bytes }, received) {
                // The device was restarted, or a page of its flash failed.
                Err(ClientError::Failed(Failure::Update | Failure::Offset { .. })) if resumes < MOST_RESUMES => {
                    resumes += 1;
                    self.client.ask(begin, received)?
                }
                arrived => arrived?,
            };
            told(sent);
        }
        self.client.ask(Request::EndUpdate, done)?;
        Ok(Sent { bytes: file.len(), resumed })
    }
}

fn received(reply: Reply<'_>) -> Option<usize> {
    match reply {
        Reply::Received { bytes } => Some(bytes as usize),
        _ => None,
    }
}
