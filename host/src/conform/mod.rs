//! Checks an encoder bit for bit: several engines compute the same images, and every byte is compared.
//!
//! | engine | is |
//! |---|---|
//! | `runtime` | dim-runtime on this machine |
//! | `oracle` | dim-conformance: 64-bit integers, no code shared with the runtime |
//! | `device` | the firmware, which is dim-runtime on another processor: in QEMU, or on a board at the other end of a line; or WebAssembly in node |

mod board;
mod cases;
mod compare;
mod cost;
mod device;
mod engines;
mod firmware;
mod image;
mod node;
mod processor;
mod qemu;
mod report;
mod results;
mod target;

use anyhow::Context;
use dim_model_format::Model;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use crate::data::Images;

pub use board::{board, emulated};
pub use cases::write_cases;
pub use compare::{Comparison, Engine, Mismatch, compare};
pub use cost::{Cost, LayerCost, cost};
pub use device::{DeviceRun, Options, judge, run_cases};
pub use engines::{Outputs, oracle, runtime};
pub use node::is_there as has_node;
pub use report::Report;
pub use target::Target;

/// Compares the runtime on this machine with the oracle.
///
/// # Errors
/// If the file is damaged, or there is no image, or the images do not have the encoder's shape.
pub fn host(file: &[u8], images: &Images) -> anyhow::Result<Report> {
    let model = Model::parse(file)?;
    let [runtime, oracle] = [runtime(&model, images)?, oracle(&model, images)?];
    let comparison = compare(&[Engine::new("runtime", &runtime), Engine::new("oracle", &oracle)]);
    Ok(Report::new(Target::Host.name(), &model, images.len(), comparison))
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
        let run = match target {
            Target::Wasm32 => node::run(file, images, false),
            Target::Wasm32Simd128 => node::run(file, images, true),
            processor => run_cases(*processor, file, &cases, options),
        };
        let run = run.with_context(|| target.name())?;
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
