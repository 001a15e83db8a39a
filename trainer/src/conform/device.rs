//! The device as an engine.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use dim_model_format::Model;

use super::firmware::Firmware;
use super::results::read_results;
use super::{Engine, Outputs, Report, Target, compare, qemu};

/// How the device is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Folder of the firmware's source; `None` is the one beside this program's.
    pub firmware: Option<PathBuf>,
    /// The emulator; `None` is the processor's own.
    pub qemu: Option<OsString>,
    /// Longest time that the emulator may run.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { firmware: None, qemu: None, timeout: Duration::from_secs(900) }
    }
}

/// What the device computed, and what it thinks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRun {
    /// Whether the firmware found every byte as expected.
    pub passed: bool,
    /// `[case]`
    pub outputs: Vec<Outputs>,
    /// `[case]`, instructions of one image.
    pub instructions: Vec<u64>,
}

/// Builds the firmware with an encoder and its [cases](super::write_cases) for a processor and runs it in QEMU.
///
/// # Errors
/// If a tool is missing, the firmware cannot be built, crashes, does not end, or leaves out a case.
pub fn run_cases(target: Target, file: &[u8], cases: &[u8], options: &Options) -> anyhow::Result<DeviceRun> {
    let firmware = Firmware::locate(options.firmware.as_deref(), target.name())?;
    let processor = &firmware.processor;
    let emulator = options.qemu.clone().unwrap_or_else(|| (&processor.emulator).into());
    qemu::check(&emulator, processor)?;
    let folder = tempfile::tempdir().context("creating a folder for the firmware")?;
    let [model_path, cases_path, elf] =
        ["encoder.dim", "cases.bin", "firmware.elf"].map(|name| folder.path().join(name));
    fs::write(&model_path, file).with_context(|| format!("writing {}", model_path.display()))?;
    fs::write(&cases_path, cases).with_context(|| format!("writing {}", cases_path.display()))?;
    firmware.build(&model_path, &cases_path, &elf)?;

    let status = qemu::run(&emulator, processor, &elf, folder.path(), options.timeout)?;
    ensure!(status == 0 || status == 1, "the firmware crashed in QEMU with exit status {status}");
    let results = fs::read(folder.path().join(qemu::RESULTS)).context("the firmware ended without results")?;
    let (instructions, outputs) =
        read_results(&results)?.into_iter().map(|case| (case.instructions, case.outputs)).unzip();
    Ok(DeviceRun { passed: status == 0, outputs, instructions })
}

/// Compares what the device computed with the two engines of this machine.
///
/// # Errors
/// If the device ran another number of cases.
pub fn judge(
    target: Target,
    model: &Model<'_>,
    run: &DeviceRun,
    runtime: &[Outputs],
    oracle: &[Outputs],
) -> anyhow::Result<Report> {
    let [ran, given] = [run.outputs.len(), runtime.len()];
    ensure!(ran == given, "the device ended after {ran} of {given} cases");
    let engines = [Engine::new("device", &run.outputs), Engine::new("runtime", runtime), Engine::new("oracle", oracle)];
    let report = Report::new(target, model, given, compare(&engines));
    let instructions = run.instructions.iter().copied().max();
    Ok(Report {
        device_passed: Some(run.passed),
        instructions,
        instructions_per_mac: instructions.map(|instructions| instructions as f64 / model.macs() as f64),
        passed: report.passed && run.passed,
        ..report
    })
}
