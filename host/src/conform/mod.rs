//! Checks an encoder bit for bit: several engines compute the same images, and every byte is compared.
//!
//! | engine | is |
//! |---|---|
//! | `runtime` | dim-runtime on this machine |
//! | `oracle` | dim-conformance: 64-bit integers, no code shared with the runtime |
//! | `device` | the firmware, which is dim-runtime on another processor |

mod cases;
mod compare;
mod cost;
mod device;
mod engines;
mod firmware;
mod image;
mod processor;
mod qemu;
mod results;

use anyhow::Context;
use dim_model_format::Model;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::Serialize;

use crate::choices;
use crate::data::Images;

pub use cases::write_cases;
pub use compare::{Comparison, Engine, Mismatch, compare};
pub use cost::{Cost, LayerCost, cost};
pub use device::{DeviceRun, Options, judge, run_cases};
pub use engines::{Outputs, oracle, runtime};

choices! {
    /// What runs the encoder beside the oracle.
    pub enum Target {
        /// This machine
        Host = "host",
        /// The firmware in QEMU: Armv6-M, on the machine of a Cortex-M3
        CortexM0plus = "cortex-m0plus",
        /// The firmware in QEMU: Armv7-M
        CortexM3 = "cortex-m3",
        /// The firmware in QEMU: Armv7E-M with DSP
        CortexM4 = "cortex-m4",
        /// The firmware in QEMU: Armv7E-M with DSP
        CortexM7 = "cortex-m7",
        /// The firmware in QEMU: Armv8-M with DSP
        CortexM33 = "cortex-m33",
        /// The firmware in QEMU: Armv8.1-M with vectors
        CortexM55 = "cortex-m55",
        /// The firmware in QEMU: RV32IMC
        Riscv32 = "riscv32",
    }
}

impl Target {
    /// All but the host.
    pub const DEVICES: [Self; 7] = [
        Self::CortexM0plus,
        Self::CortexM3,
        Self::CortexM4,
        Self::CortexM7,
        Self::CortexM33,
        Self::CortexM55,
        Self::Riscv32,
    ];
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
    /// Whether every engine computed the same, and the device says so too.
    pub passed: bool,
}

impl Report {
    /// A report of the host's engines alone.
    fn new(target: Target, model: &Model<'_>, cases: usize, comparison: Comparison) -> Self {
        let Comparison { compared_bytes, mismatched_bytes, first_mismatch } = comparison;
        let proven = engines::proven(model);
        Self {
            target,
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
            passed: mismatched_bytes == 0 && proven != Some(false),
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

/// Compares the firmware on each of some devices, the runtime on this machine and the oracle; as many
/// devices at a time as there are processor cores here.
///
/// # Errors
/// As [`host`]; and if the firmware cannot be built or run: the message says what to install.
pub fn devices(file: &[u8], images: &Images, targets: &[Target], options: &Options) -> anyhow::Result<Vec<Report>> {
    let model = Model::parse(file)?;
    let [runtime, oracle] = [runtime(&model, images)?, oracle(&model, images)?];
    let cases = write_cases(&model, images, &runtime)?;
    let device = |target: &Target| {
        let run = run_cases(*target, file, &cases, options).with_context(|| target.name())?;
        judge(*target, &model, &run, &runtime, &oracle)
    };
    // Not in the pool that everything else computes in: these threads wait for other programs most of the time.
    let pool = ThreadPoolBuilder::new().build()?;
    pool.install(|| targets.par_iter().map(device).collect())
}

/// [`host`] or [`devices`], as `target` says.
///
/// # Errors
/// As those two.
pub fn run(target: Target, file: &[u8], images: &Images, options: &Options) -> anyhow::Result<Report> {
    match target {
        Target::Host => host(file, images),
        device => devices(file, images, &[device], options)?.pop().context("a device without a report"),
    }
}
