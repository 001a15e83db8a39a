//! The device as an engine.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use dim_model_format::Model;
use tempfile::TempDir;

use super::firmware::Firmware;
use super::results::read_results;
use super::{Engine, Outputs, Report, Target, compare, image, qemu};

/// How the device is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The folder `firmware-example` of the project's source; `None` is the one beside this crate's, which a package
    /// does not have.
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
    let device = Device::find(target, options)?;
    let [model_path, cases_path] = ["encoder.dim", "cases.bin"].map(|name| device.folder().join(name));
    fs::write(&model_path, file).with_context(|| format!("writing {}", model_path.display()))?;
    fs::write(&cases_path, cases).with_context(|| format!("writing {}", cases_path.display()))?;
    let run = device.run("dim-firmware-example", &[("DIM_MODEL", &model_path), ("DIM_CASES", &cases_path)])?;
    let results = fs::read(device.folder().join(qemu::RESULTS)).context("the firmware ended without results")?;
    let (instructions, outputs) =
        read_results(&results)?.into_iter().map(|case| (case.instructions, case.outputs)).unzip();
    Ok(DeviceRun { passed: run.status == 0, outputs, instructions })
}

/// A processor in QEMU, and a folder that is gone with it.
#[derive(Debug)]
pub(super) struct Device {
    firmware: Firmware,
    emulator: OsString,
    timeout: Duration,
    folder: TempDir,
}

/// How a binary of the firmware ended.
#[derive(Debug)]
pub(super) struct Run {
    /// 0 if all was as expected, 1 if not.
    pub(super) status: i32,
    /// What it printed.
    pub(super) output: String,
}

impl Device {
    /// Checks that all tools are there, before time is spent on a build.
    pub(super) fn find(target: Target, options: &Options) -> anyhow::Result<Self> {
        let firmware = Firmware::locate(options.firmware.as_deref(), target.name())?;
        let emulator = options.qemu.clone().unwrap_or_else(|| (&firmware.processor.emulator).into());
        qemu::check(&emulator, &firmware.processor)?;
        let folder = tempfile::tempdir().context("creating a folder for the firmware")?;
        Ok(Self { firmware, emulator, timeout: options.timeout, folder })
    }

    /// For files of a run.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Builds a binary with files baked in, each by the name of its variable, and adds up its code.
    pub(super) fn code_bytes(&self, binary: &str, files: &[(&str, &Path)]) -> anyhow::Result<u64> {
        let elf = self.folder().join("firmware.elf");
        self.firmware.build(binary, files, &elf)?;
        image::code_bytes(&fs::read(&elf)?).with_context(|| format!("{} is no image of 32 bits", elf.display()))
    }

    /// Builds a binary with files baked in, each by the name of its variable, and runs it to its end.
    pub(super) fn run(&self, binary: &str, files: &[(&str, &Path)]) -> anyhow::Result<Run> {
        let elf = self.folder().join("firmware.elf");
        self.firmware.build(binary, files, &elf)?;
        let status = qemu::run(&self.emulator, &self.firmware.processor, &elf, self.folder(), self.timeout)?;
        ensure!(status == 0 || status == 1, "the firmware crashed in QEMU with exit status {status}");
        let output = fs::read(self.folder().join(qemu::OUTPUT)).context("reading what the firmware printed")?;
        Ok(Run { status, output: String::from_utf8_lossy(&output).into_owned() })
    }
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
    let report = Report::new(target.name(), model, given, compare(&engines));
    let instructions = run.instructions.iter().copied().max();
    Ok(Report {
        device_passed: Some(run.passed),
        instructions,
        instructions_per_mac: instructions.map(|instructions| instructions as f64 / model.macs() as f64),
        passed: report.passed && run.passed,
        ..report
    })
}
