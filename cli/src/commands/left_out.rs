//! What needs learning, in a program that was built without it.

use std::process::ExitCode;

use anyhow::bail;

use crate::arguments::{BenchArgs, EvaluateArgs, Learning};

pub(super) fn run(command: Learning) -> anyhow::Result<ExitCode> {
    left_out(match command {
        Learning::Demo(_) => "demo",
        Learning::Train(_) => "train",
        Learning::Finetune(_) => "finetune",
        Learning::Quantize(_) => "quantize",
        Learning::Encoders(_) => "encoders",
        Learning::Compare(_) => "compare",
        Learning::ImportTorch(_) => "import-torch",
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

fn left_out(command: &str) -> anyhow::Result<ExitCode> {
    bail!(
        "`dim {command}` is left out of this program, which was built without learning; \
         `cargo build --release -p dim` builds it in"
    )
}
