//! How far a run has come.

use serde::{Deserialize, Serialize};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Whole passes done.
    pub(super) epoch: usize,
    /// Steps done in the pass after them.
    pub(super) step_in_epoch: usize,
}
