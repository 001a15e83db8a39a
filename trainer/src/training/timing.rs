//! Where the time goes.

use std::time::Duration;

/// Where the time of all steps went, checkpoints left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// All of it.
    pub total: Duration,
    /// Waiting for images to be ready.
    pub waiting: Duration,
}

impl Timing {
    /// Share of the time, 0 to 1, in which no learning was done for want of images.
    pub fn data_wait_fraction(&self) -> f64 {
        if self.total.is_zero() { 0.0 } else { self.waiting.as_secs_f64() / self.total.as_secs_f64() }
    }
}
