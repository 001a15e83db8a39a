//! What a run keeps of the encoder that it goes on from.

use anyhow::ensure;
use serde::{Deserialize, Serialize};

use crate::quantize::Range;

/// What a run was before its encoder was fine-tuned, and what decides the device's integers since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FineTuning {
    /// Whole passes that the encoder had learned.
    pub epochs_before: usize,
    /// Name and fingerprint of the data that it had learned from.
    pub dataset_before: String,
    /// Of each layer's output, observed before; the device's scales and zero points follow from them, in every step and
    /// in the `.dim` file.
    pub ranges: Vec<Range>,
    /// Of embeddings that were whitened at the end, which takes the place of the last one in the `.dim` file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whitened: Option<Range>,
}

impl FineTuning {
    /// Checks what was read from a file.
    pub(in crate::training) fn check(&self, layers: usize) -> anyhow::Result<()> {
        let found = self.ranges.len();
        ensure!(found == layers, "{found} ranges for {layers} layers");
        let spans_zero = |range: &Range| range.min <= 0.0 && range.max >= 0.0;
        ensure!(self.ranges.iter().chain(&self.whitened).all(spans_zero), "a range does not span 0");
        Ok(())
    }
}
