//! Time of one command.

/// What the command took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    pub(super) seconds: f64,
    /// Steps that it made.
    pub(super) steps: usize,
    pub(super) data_wait_fraction: f64,
}

impl Spent {
    pub(super) fn milliseconds_per_step(self) -> f64 {
        self.seconds * 1e3 / self.steps.max(1) as f64
    }
}
