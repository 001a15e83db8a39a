//! How long an encoder has learned.

use std::fmt::{self, Display};

/// Passes over the training images that a checkpoint is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochsDone {
    /// Whole passes.
    pub whole: usize,
    /// Steps of the pass after them.
    pub steps: usize,
    /// Passes that the run is to have in the end.
    pub planned: usize,
}

impl Display for EpochsDone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { whole, steps, planned } = self;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        match whole < planned {
            true => write!(formatter, "{whole} of {planned} epoch{}", plural(*planned))?,
            false => write!(formatter, "{whole} epoch{}", plural(*whole))?,
        }
        match steps {
            0 => Ok(()),
            steps => write!(formatter, " and {steps} step{}", plural(*steps)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_told_from_what_was_planned() {
        for (whole, steps, planned, text) in [
            (16, 0, 16, "16 epochs"),
            (1, 0, 1, "1 epoch"),
            (3, 0, 16, "3 of 16 epochs"),
            (3, 2, 16, "3 of 16 epochs and 2 steps"),
            (0, 1, 1, "0 of 1 epoch and 1 step"),
            // Resumed for fewer than it had.
            (3, 0, 2, "3 epochs"),
        ] {
            assert_eq!(EpochsDone { whole, steps, planned }.to_string(), text);
        }
    }
}
