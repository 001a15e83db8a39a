//! One file for each command; each reads like a recipe.

mod bench;
mod conform;
mod device;
mod embed;
mod encoders;
mod evaluate;
mod export;
mod fetch;
mod flash;
mod import;
mod input;
mod inspect;
#[cfg(feature = "train")]
mod learning;
#[cfg(not(feature = "train"))]
#[path = "left_out.rs"]
mod learning;
mod live;
mod look;
mod novelty;
mod output;
mod prototypes;
mod sign;

use std::process::ExitCode;

use crate::arguments::{Cli, Command, DataCommand};

/// Runs the command that was typed.
///
/// # Errors
/// One line that names what failed and the remedy; the program then exits with 1.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Learning(command) => learning::run(command),
        Command::Encoders(command) => encoders::run(&command),
        Command::Data(DataCommand::Fetch(args)) => fetch::run(&args),
        Command::Data(DataCommand::Look(args)) => look::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Embed(args) => embed::run(&args),
        Command::Prototypes(args) => prototypes::run(&args),
        Command::Look(args) => live::run(&args),
        Command::Novelty(args) => novelty::run(&args),
        Command::Conform(args) => conform::run(&args),
        Command::Device(args) => device::run(&args),
        Command::Flash(args) => flash::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Keygen(args) => sign::keygen(&args),
        Command::Sign(args) => sign::sign_file(&args),
        Command::Verify(args) => sign::verify_file(&args),
    }
}
