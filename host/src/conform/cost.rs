//! What an encoder costs on a device: the firmware's `bench`, run in QEMU.

use std::fs;

use anyhow::{Context, ensure};
use dim_conformance::benchmark;
use dim_model_format::Model;
use serde::Serialize;

use super::device::Device;
use super::{Options, Target};

/// Instructions and memory of one image; the JSON of `dim bench FILE --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cost {
    /// What ran the encoder.
    pub target: Target,
    /// Identity of the encoder.
    pub identity: String,
    /// Multiplications by a weight.
    pub macs: u64,
    /// Instructions of one image.
    pub instructions: u64,
    /// `instructions / macs`.
    pub instructions_per_mac: f64,
    /// Instructions of reading and checking the file, once.
    pub parse_instructions: u64,
    /// Bytes of memory that the file states, scratch memory included.
    pub arena_bytes: usize,
    /// Bytes of scratch memory.
    pub scratch_bytes: usize,
    /// Bytes of stack that one image took.
    pub stack_bytes: u64,
    /// Bytes of code of the least firmware: start-up, parser and operators, without the encoder.
    pub code_bytes: u64,
    /// The input, then every operator.
    pub layers: Vec<LayerCost>,
}

/// One operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayerCost {
    /// Number of the tensor that it writes.
    pub index: usize,
    /// Its name, or `input`.
    pub op: String,
    /// Multiplications by a weight.
    pub macs: u64,
    /// Instructions of one image.
    pub instructions: u64,
}

/// Counts an encoder on a device, on drawn images; the numbers of instructions hardly depend on them.
///
/// # Errors
/// If the file is damaged, the target is the host, or the firmware cannot be built or run, or computes other bytes than
/// the oracle.
pub fn cost(target: Target, file: &[u8], options: &Options) -> anyhow::Result<Cost> {
    let model = Model::parse(file)?;
    ensure!(
        Target::DEVICES.contains(&target),
        "instructions are counted in QEMU: give another target than {}",
        target.name()
    );
    let device = Device::find(target, options)?;
    let networks = device.folder().join("networks.bin");
    let bytes = benchmark::file(&[file.to_vec()])?;
    fs::write(&networks, bytes).with_context(|| format!("writing {}", networks.display()))?;
    let [model_path, cases] = ["encoder.dim", "cases.bin"].map(|name| device.folder().join(name));
    for (path, bytes) in [(&model_path, file), (&cases, &[])] {
        fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
    }
    let code_bytes = device.code_bytes("minimal", &[("DIM_MODEL", &model_path), ("DIM_CASES", &cases)])?;
    let run = device.run("bench", &[("DIM_DATA", &networks)])?;
    ensure!(run.status == 0, "the firmware ended with: {}", run.output.lines().last().unwrap_or("nothing"));
    read(target, &model, &run.output, code_bytes).context("the firmware's bench printed something else than expected")
}

/// Reads what `bench` prints; `firmware-example/src/bin/bench.rs` specifies it.
fn read(target: Target, model: &Model<'_>, output: &str, code_bytes: u64) -> Option<Cost> {
    let number = |key: &str, word: usize| -> Option<u64> {
        let line = output.lines().find(|line| line.split(' ').next() == Some(key))?;
        line.split(' ').nth(word)?.parse().ok()
    };
    let layer = |line: &str| -> Option<LayerCost> {
        let words: Vec<&str> = line.split(' ').collect();
        let [_, index, op, macs, instructions, _] = words[..] else { return None };
        let [macs, instructions] = [macs.parse().ok()?, instructions.parse().ok()?];
        Some(LayerCost { index: index.parse().ok()?, op: op.to_owned(), macs, instructions })
    };
    let lines = output.lines().filter(|line| line.starts_with("tensor "));
    let instructions = number("total", 2)?;
    Some(Cost {
        target,
        identity: model.identity().to_string(),
        macs: model.macs(),
        instructions,
        instructions_per_mac: instructions as f64 / model.macs() as f64,
        parse_instructions: number("parse", 1)?,
        arena_bytes: model.arena_bytes(),
        scratch_bytes: model.scratch_bytes(),
        stack_bytes: number("stack", 1)?,
        code_bytes,
        layers: lines.map(layer).collect::<Option<_>>()?,
    })
}
