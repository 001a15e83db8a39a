//! A board at the other end of a line as an engine, or an emulated one.

use std::path::Path;

use anyhow::{Context, ensure};
use dim_model_format::{Model, TapKind};

use super::engines::{Outputs, oracle, runtime};
use super::report::Report;
use super::{Engine, compare};
use crate::boards::{Emulator, Firmware, fits};
use crate::data::Images;
use crate::device::{Device, Line};

/// Compares what a board computes, which runs this encoder already, with the two engines of this machine: every byte of
/// embedding and local feature map. It proves itself first.
///
/// # Errors
/// If the file is damaged, the board runs another encoder or does not answer, or the images do not have the encoder's shape.
pub fn board<L: Line>(device: &mut Device<L>, file: &[u8], images: &Images) -> anyhow::Result<Report> {
    let model = Model::parse(file)?;
    let [ours, theirs] = [model.identity(), device.greeting().identity];
    ensure!(
        ours == theirs,
        "the board runs encoder {theirs}, the file is {ours}; send it with `dim device PORT update`"
    );
    let [runtime, oracle] = [runtime(&model, images)?, oracle(&model, images)?];
    let passed = device.prove().is_ok();
    let elements = model.tap(TapKind::FeatureMap).map_or(0, |tensor| model.tensor(tensor).shape.elements());
    let elements = usize::try_from(elements)?;
    let mut outputs = Vec::with_capacity(images.len());
    let mut most_ticks = 0;
    for index in 0..images.len() {
        let case = || format!("image {index}");
        let (embedding, ticks) = device.embed(images.image(index)).with_context(case)?;
        let feature_map = if elements > 0 { device.feature_map(elements).with_context(case)? } else { Vec::new() };
        most_ticks = most_ticks.max(ticks);
        outputs.push(Outputs { embedding, feature_map });
    }
    let engines = [Engine::new("device", &outputs), Engine::new("runtime", &runtime), Engine::new("oracle", &oracle)];
    let greeting = device.greeting();
    let report = Report::new(&greeting.board, &model, images.len(), compare(&engines));
    let rate = f64::from(greeting.ticks_per_second);
    Ok(Report {
        device_passed: Some(passed),
        seconds: (rate > 0.0).then(|| most_ticks as f64 / rate),
        passed: report.passed && passed,
        ..report
    })
}

/// Builds a board's firmware with an encoder, runs it in the emulator, and compares as [`board`] does. `folder` is
/// `firmware-example` of the project's source; `None` is the one beside this crate's.
///
/// # Errors
/// As [`board`]; and if the encoder does not fit, or the firmware cannot be built or emulated: the message says what to install.
pub fn emulated(name: &str, file: &[u8], images: &Images, folder: Option<&Path>) -> anyhow::Result<Report> {
    let firmware = Firmware::locate(folder, name)?;
    let model = Model::parse(file)?;
    fits(&model, firmware.map())?;
    let elf = firmware.build(file.get(..model.file_bytes()).unwrap_or(file))?;
    let emulator = Emulator::start(&firmware, &elf, &[])?;
    board(&mut emulator.device()?, file, images)
}
