//! Commands that learn, or look at what was learned before it is a `.dim` file.

mod about_run;
mod allocator;
mod compare;
mod demo;
mod devices;
mod encoder;
mod evaluate;
mod finetune;
mod import_torch;
mod interrupt;
mod networks;
mod pictures;
mod quantize;
mod run_data;
mod run_encoder;
mod serve;
mod stages;
mod steps;
mod train;

use std::process::ExitCode;

use allocator::keep_freed_memory;

pub(super) use networks::{described, networks, print_networks};

use super::output::print_json;
use crate::arguments::{BenchArgs, EvaluateArgs, Learning, RecipeArgs, ShowEncoderArgs};

pub(super) fn run(command: Learning) -> anyhow::Result<ExitCode> {
    if let Learning::Demo(_) | Learning::Train(_) | Learning::Finetune(_) | Learning::Serve(_) = command {
        keep_freed_memory();
    }
    match command {
        Learning::Demo(args) => demo::run(&args),
        Learning::Train(args) => train::run(&args),
        Learning::Finetune(args) => finetune::run(&args),
        Learning::Quantize(args) => quantize::run(&args),
        Learning::Compare(args) => compare::run(&args),
        Learning::ImportTorch(args) => import_torch::run(&args),
        Learning::Serve(args) => serve::run(&args),
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
    let networks = networks()?;
    if json {
        print_json(&networks)?;
    } else {
        print_networks(&networks);
    }
    Ok(ExitCode::SUCCESS)
}

/// `dim encoders show`.
pub(super) fn show(args: &ShowEncoderArgs) -> anyhow::Result<ExitCode> {
    print!("{}", args.name.description());
    Ok(ExitCode::SUCCESS)
}

/// `dim encoders recipe`.
pub(super) fn recipe(args: &RecipeArgs) -> anyhow::Result<ExitCode> {
    print!("{}", args.name.settings());
    Ok(ExitCode::SUCCESS)
}
