//! What needs learning, in a program that was built without it.

use std::process::ExitCode;

use anyhow::bail;
use serde::Serialize;

use crate::arguments::{BenchArgs, EvaluateArgs, Learning, LeftOut};

pub(super) fn run(command: Learning) -> anyhow::Result<ExitCode> {
    left_out(match command {
        Learning::Demo(_) => "demo",
        Learning::Train(_) => "train",
        Learning::Finetune(_) => "finetune",
        Learning::Quantize(_) => "quantize",
        Learning::Compare(_) => "compare",
        Learning::ImportTorch(_) => "import-torch",
        Learning::Serve(_) => "serve",
    })
}

/// `dim evaluate` of a run folder.
pub(super) fn evaluate(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(args.run.exists(), "{}: there is no such file or run folder", args.run.display());
    left_out("evaluate RUN")
}

/// `dim bench --train`.
pub(super) fn steps(_: &BenchArgs) -> anyhow::Result<ExitCode> {
    left_out("bench --train")
}

/// `dim inspect --presets`.
pub(super) fn presets(_: bool) -> anyhow::Result<ExitCode> {
    left_out("inspect --presets")
}

/// `dim encoders show`.
pub(super) fn show(_: &LeftOut) -> anyhow::Result<ExitCode> {
    left_out("encoders show")
}

/// `dim encoders recipe`.
pub(super) fn recipe(_: &LeftOut) -> anyhow::Result<ExitCode> {
    left_out("encoders recipe")
}

/// Of networks before they are trained it knows none.
#[derive(Debug, Serialize)]
pub(super) struct Networks {}

pub(super) fn networks() -> anyhow::Result<Networks> {
    Ok(Networks {})
}

pub(super) fn print_networks(_: &Networks) {
    println!("networks to train are left out of this program; `cargo build --release -p dim` builds learning in");
}

fn left_out(command: &str) -> anyhow::Result<ExitCode> {
    bail!(
        "`dim {command}` is left out of this program, which was built without learning; \
         `cargo build --release -p dim` builds it in"
    )
}
