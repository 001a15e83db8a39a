//! Where an encoder comes from.

use super::DeviceArithmetic;

/// What a file says of how its encoder has learned, and what the encoder brings along.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// What it learned by.
    pub objective: String,
    /// What it learned from, or was calibrated with.
    pub dataset: String,
    /// Whole passes over the data.
    pub epochs: usize,
    /// Seed that everything random followed from.
    pub seed: u64,
    /// What it has learned in, where that is the device's arithmetic: it is kept.
    pub arithmetic: Option<DeviceArithmetic>,
}
