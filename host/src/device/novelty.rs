//! Statistics of normal images, sent to a device.

use dim_link::{Reply, Request};

use super::client::ClientError;
use super::line::Line;
use super::session::{Device, Judged, judged};
use crate::novelty::Statistics;

/// Bytes of the moments of a value.
const VALUE_BYTES: usize = 8;

impl<L: Line> Device<L> {
    /// Lets it judge by these statistics, in place of what it has learned itself.
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
