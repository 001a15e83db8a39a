//! What a conformance run found.

use dim_model_format::Model;
use serde::Serialize;

use super::compare::{Comparison, Mismatch};
use super::engines;

/// The JSON of `dim conform --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What ran the encoder: `host`, a processor in QEMU, or what a board says that it is.
    pub target: String,
    /// Identity of the encoder.
    pub identity: String,
    /// Images that every engine ran.
    pub cases: usize,
    /// Bytes of embedding and feature map that were compared.
    pub compared_bytes: usize,
    /// Bytes on which the engines do not all agree.
    pub mismatched_bytes: usize,
    /// The first of them.
    pub first_mismatch: Option<Mismatch>,
    /// Whether this machine computes the outputs that the file states; nothing for a file without a proof.
    pub proven: Option<bool>,
    /// The verdict of the device itself, by its exit status: proof and cases.
    pub device_passed: Option<bool>,
    /// Multiplications by a weight in one run.
    pub macs: u64,
    /// Instructions of the costliest image on the device.
    pub instructions: Option<u64>,
    /// `instructions / macs`.
    pub instructions_per_mac: Option<f64>,
    /// Seconds of the costliest image on a board, by its clock.
    pub seconds: Option<f64>,
    /// Whether every engine computed the same, and the device says so too.
    pub passed: bool,
}

impl Report {
    /// A report of the host's engines alone.
    pub(super) fn new(target: &str, model: &Model<'_>, cases: usize, comparison: Comparison) -> Self {
        let Comparison { compared_bytes, mismatched_bytes, first_mismatch } = comparison;
        let proven = engines::proven(model);
        Self {
            target: target.to_owned(),
            identity: model.identity().to_string(),
            cases,
            compared_bytes,
            mismatched_bytes,
            first_mismatch,
            proven,
            device_passed: None,
            macs: model.macs(),
            instructions: None,
            instructions_per_mac: None,
            seconds: None,
            passed: mismatched_bytes == 0 && proven != Some(false),
        }
    }
}
