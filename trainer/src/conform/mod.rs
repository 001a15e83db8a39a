//! Checks an encoder bit for bit: several engines compute the same images, and every byte is compared.
//!
//! | engine | is |
//! |---|---|
//! | `runtime` | dim-runtime on this machine |
//! | `oracle` | dim-conformance: 64-bit integers, no code shared with the runtime |
//! | `device` | the firmware, which is dim-runtime on another processor |

mod cases;
mod compare;
mod device;
mod engines;
mod firmware;
mod qemu;
mod results;

use dim_model_format::Model;
use serde::Serialize;

use crate::data::Images;

pub use cases::write_cases;
pub use compare::{Comparison, Engine, Mismatch, compare};
pub use device::{DeviceRun, Options, judge, run_cases};
pub use engines::{Outputs, oracle, runtime};

/// What runs the encoder beside the oracle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// This machine.
    Host,
    /// The firmware in QEMU, on the Cortex-M4 of mps2-an386.
    CortexM4,
}

impl Target {
    /// Name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::CortexM4 => "cortex-m4",
        }
    }
}

/// What a conformance run found; the JSON of `dim conform --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// What ran the encoder.
    pub target: Target,
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
    /// The verdict of the device itself, by its exit status.
    pub device_passed: Option<bool>,
    /// Multiplications by a weight in one run.
    pub macs: u64,
    /// Instructions of the costliest image on the device.
    pub instructions: Option<u64>,
    /// `instructions / macs`.
    pub instructions_per_mac: Option<f64>,
    /// Whether every engine computed the same, and the device says so too.
    pub passed: bool,
}

impl Report {
    /// A report of the host's engines alone.
    fn new(target: Target, model: &Model<'_>, cases: usize, comparison: Comparison) -> Self {
        let Comparison { compared_bytes, mismatched_bytes, first_mismatch } = comparison;
        Self {
            target,
            identity: model.identity().to_string(),
            cases,
            compared_bytes,
            mismatched_bytes,
            first_mismatch,
            device_passed: None,
            macs: model.macs(),
            instructions: None,
            instructions_per_mac: None,
            passed: mismatched_bytes == 0,
        }
    }
}

/// Compares the runtime on this machine with the oracle.
///
/// # Errors
/// If the file is damaged, or there is no image, or the images do not have the encoder's shape.
pub fn host(file: &[u8], images: &Images) -> anyhow::Result<Report> {
    let model = Model::parse(file)?;
    let [runtime, oracle] = [runtime(&model, images)?, oracle(&model, images)?];
    let comparison = compare(&[Engine::new("runtime", &runtime), Engine::new("oracle", &oracle)]);
    Ok(Report::new(Target::Host, &model, images.len(), comparison))
}

/// Compares the firmware, the runtime on this machine and the oracle.
///
/// # Errors
/// As [`host`]; and if the firmware cannot be built or run: the message says what to install.
pub fn device(file: &[u8], images: &Images, options: &Options) -> anyhow::Result<Report> {
    let model = Model::parse(file)?;
    let [runtime, oracle] = [runtime(&model, images)?, oracle(&model, images)?];
    let cases = write_cases(&model, images, &runtime)?;
    let run = run_cases(file, &cases, options)?;
    judge(&model, &run, &runtime, &oracle)
}

/// [`host`] or [`device`], as `target` says.
///
/// # Errors
/// As those two.
pub fn run(target: Target, file: &[u8], images: &Images, options: &Options) -> anyhow::Result<Report> {
    match target {
        Target::Host => host(file, images),
        Target::CortexM4 => device(file, images, options),
    }
}
