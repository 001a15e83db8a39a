//! One file for each command; each reads like a recipe.

mod compare;
mod conform;
mod demo;
mod embed;
mod evaluate;
mod fetch;
mod inspect;
mod pictures;
mod quantize;
mod train;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::cli::{Cli, Command, DataCommand};
use crate::data::{self, Dataset};

/// Runs the command that was typed.
///
/// # Errors
/// One line that names what failed and the remedy; the program then exits with 1.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Data(DataCommand::Fetch(args)) => fetch::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Quantize(args) => quantize::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Embed(args) => embed::run(&args),
        Command::Conform(args) => conform::run(&args),
    }
}

/// Prints a result for a machine, as one JSON object on a line.
fn print_json(result: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(result)?);
    Ok(())
}

/// What to do about a `.dim` file that cannot be used.
fn unusable(path: &Path) -> String {
    format!("{}: cannot be used; write it again with `dim quantize`", path.display())
}

/// Reads a file whole.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// The data set that the user named: a folder, or `embedded`; with its first `limit` training images, 0 for all.
fn open_data(source: &str, limit: usize) -> anyhow::Result<Dataset> {
    let mut dataset = match source {
        "embedded" => data::embedded::fashion_mnist_subset()?,
        folder => data::load(Path::new(folder))?,
    };
    if limit > 0 {
        dataset.train.truncate(limit);
    }
    Ok(dataset)
}

/// A bar over several stages that are not training, on standard error.
fn stages(count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count);
    if let Ok(style) = ProgressStyle::with_template("{prefix:<10} {bar:32.cyan/blue} {pos}/{len}  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

/// A flag that the first Ctrl-C sets; the second one ends the program at once.
fn stop_on_ctrl_c() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
        eprintln!(
            "\nstopping after this step; press Ctrl-C again to stop at once and lose what is not in the checkpoint"
        );
    })
    .context("listening for Ctrl-C")?;
    Ok(stop)
}
