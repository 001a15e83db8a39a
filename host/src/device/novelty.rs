//! Statistics of normal images: sent to a device, and kept there.

use dim_link::{Failure, Identity, Reply, Request};

use super::client::ClientError;
use super::line::Line;
use super::session::{Device, Judged, done, judged};
use crate::novelty::Statistics;

/// Bytes of the moments of a value.
const VALUE_BYTES: usize = 8;

/// The minor version of the messages by which a device keeps what is normal.
const KEEPS_NORMAL: u16 = 1;

/// Why a device forgets what is normal when it starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryOnly {
    /// It lacks the messages.
    #[error("the device's firmware has what is normal in memory only; use a firmware of this program's release")]
    Firmware,
    /// Its store is too small.
    #[error(
        "what is normal stays in the device's memory only: with it the store takes {needed} bytes, and this board's has \
         {available}"
    )]
    Room {
        /// Bytes of a store with the statistics and all classes.
        needed: u32,
        /// Bytes of the store.
        available: u32,
    },
}

impl<L: Line> Device<L> {
    /// Asks whether the device can keep statistics of its encoder through a restart, and if not, why.
    ///
    /// # Errors
    /// [`ClientError`]; [`Failure::OtherNormal`] if it keeps those of another encoder.
    pub fn can_keep_normal(&mut self) -> Result<Result<(), MemoryOnly>, ClientError> {
        if self.minor_version()? < KEEPS_NORMAL {
            return Ok(Err(MemoryOnly::Firmware));
        }
        let kept = self.client.ask(Request::KeptNormal, |reply| match reply {
            Reply::KeptNormal(kept) => Some(kept),
            _ => None,
        })?;
        let stored = kept.kept.map(Identity).filter(|kept| *kept != self.greeting().identity);
        if let Some(stored) = stored {
            return Err(ClientError::Failed(Failure::OtherNormal { stored }));
        }
        let (needed, available) = (kept.needed, kept.available);
        Ok(if needed > available { Err(MemoryOnly::Room { needed, available }) } else { Ok(()) })
    }

    /// Lets it keep what is normal through restarts, in place of what it kept before.
    ///
    /// # Errors
    /// [`ClientError`]; then what it kept before is kept.
    pub fn keep_normal(&mut self) -> Result<(), ClientError> {
        self.client.ask(Request::KeepNormal, done)
    }

    /// 0 of a device that does not know the question.
    fn minor_version(&mut self) -> Result<u16, ClientError> {
        let asked = self.client.ask(Request::Minor, |reply| match reply {
            Reply::Minor { version } => Some(version),
            _ => None,
        });
        match asked {
            Err(ClientError::Failed(Failure::Frame)) => Ok(0),
            asked => asked,
        }
    }

    /// Lets it judge by these statistics, in place of what it has learned itself; [`Device::keep_normal`] keeps them.
    ///
    /// # Errors
    /// [`ClientError`]; a device whose encoder is another one refuses them.
    pub fn load_normal(&mut self, statistics: &Statistics) -> Result<Judged, ClientError> {
        let received = |reply: Reply<'_>| match reply {
            Reply::Received { .. } => Some(()),
            _ => None,
        };
        self.client.ask(Request::BeginNormal(statistics.announcement()), received)?;
        let chunk = (self.greeting().chunk / VALUE_BYTES).max(1) * VALUE_BYTES;
        let moments = statistics.moments();
        for (offset, bytes) in (0_u32..).step_by(chunk).zip(moments.chunks(chunk)) {
            self.client.ask(Request::Normal { offset, bytes }, received)?;
        }
        self.client.ask(Request::EndNormal, judged)
    }
}
