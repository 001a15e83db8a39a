//! Commands that learn, or look at what was learned before it is a `.dim` file.

mod about_run;
mod allocator;
mod compare;
mod demo;
mod encoder;
mod encoders;
mod evaluate;
mod finetune;
mod import_torch;
mod interrupt;
mod pictures;
mod quantize;
mod run_data;
mod run_encoder;
mod stages;
mod steps;
mod train;

use std::process::ExitCode;

use allocator::keep_freed_memory;

use crate::arguments::{BenchArgs, EvaluateArgs, Learning, ListEncodersArgs};

pub(super) fn run(command: Learning) -> anyhow::Result<ExitCode> {
    if let Learning::Demo(_) | Learning::Train(_) | Learning::Finetune(_) = command {
        keep_freed_memory();
    }
    match command {
        Learning::Demo(args) => demo::run(&args),
        Learning::Train(args) => train::run(&args),
        Learning::Finetune(args) => finetune::run(&args),
        Learning::Quantize(args) => quantize::run(&args),
        Learning::Encoders(command) => encoders::run(&command),
        Learning::Compare(args) => compare::run(&args),
        Learning::ImportTorch(args) => import_torch::run(&args),
    }
}

/// `dim evaluate` of a run folder.
pub(super) fn evaluate(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    keep_freed_memory();
    evaluate::run(args)
}

/// `dim bench --train`.
pub(super) fn steps(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    keep_freed_memory();
    steps::run(args)
}

/// `dim inspect --presets`.
pub(super) fn presets(json: bool) -> anyhow::Result<ExitCode> {
    encoders::list(&ListEncodersArgs { files: Vec::new(), json })
}
