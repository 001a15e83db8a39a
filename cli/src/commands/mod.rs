//! One file for each command; each reads like a recipe.

mod about_run;
mod bench;
mod compare;
mod conform;
mod demo;
mod embed;
mod evaluate;
mod export;
mod fetch;
mod finetune;
mod import;
mod import_torch;
mod inspect;
mod pictures;
mod prototypes;
mod quantize;
mod sign;
mod train;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, ensure};
use dim_host::data::{self, Dataset, crop_fits};
use dim_model_format::{Model, Shape};
use dim_trainer::training::Run;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::allocator;
use crate::arguments::{BenchArgs, Cli, Command, DataCommand};

/// Runs the command that was typed.
///
/// # Errors
/// One line that names what failed and the remedy; the program then exits with 1.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    // Those that learn; `dim bench FILE` only counts on a device.
    if let Command::Demo(_)
    | Command::Train(_)
    | Command::Finetune(_)
    | Command::Evaluate(_)
    | Command::Bench(BenchArgs { file: None, .. }) = cli.command
    {
        allocator::keep_freed_memory();
    }
    match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Data(DataCommand::Fetch(args)) => fetch::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Finetune(args) => finetune::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Quantize(args) => quantize::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Embed(args) => embed::run(&args),
        Command::Prototypes(args) => prototypes::run(&args),
        Command::Conform(args) => conform::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::ImportTorch(args) => import_torch::run(&args),
        Command::Keygen(args) => sign::keygen(&args),
        Command::Sign(args) => sign::sign_file(&args),
        Command::Verify(args) => sign::verify_file(&args),
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

/// A folder as a run names it, which must find its data from anywhere.
fn absolute(folder: &str) -> anyhow::Result<String> {
    let path = std::path::absolute(folder).with_context(|| folder.to_owned())?;
    path.into_os_string().into_string().map_err(|path| anyhow::anyhow!("{}: not valid Unicode", path.display()))
}

/// The data set that the user named: a folder, or `embedded`; with its first `limit` images to learn from, 0 for
/// all. Pictures in files of their own are brought to `shape`.
fn open_data(source: &str, shape: Shape, limit: usize) -> anyhow::Result<Dataset> {
    if source != "embedded" {
        return Ok(data::load(Path::new(source), shape, limit)?);
    }
    let mut dataset = data::embedded::fashion_mnist_subset()?;
    if limit > 0 {
        dataset.limit_training(limit);
    }
    Ok(dataset)
}

/// The same, as a trained encoder sees it: the middle of images that are larger than its input.
fn open_data_of(run: &Run, source: Option<&String>, limit: Option<usize>) -> anyhow::Result<Dataset> {
    let (shape, limit) = (run.architecture().input, limit.unwrap_or(run.config.limit));
    let dataset = open_data(source.unwrap_or(&run.config.data), shape, limit)?;
    run.check_shape(&dataset)?;
    Ok(dataset.centre_cropped(shape))
}

/// The images that a `.dim` file is asked for: the middle of those that are larger than its input.
fn open_images(source: &str, file: &Path, model: &Model<'_>) -> anyhow::Result<Dataset> {
    let shape = model.input_shape();
    let dataset = open_data(source, shape, 0)?;
    let found = dataset.train.shape;
    ensure!(crop_fits(found, shape), "{} takes {shape} images, {source} has {found}", file.display());
    Ok(dataset.centre_cropped(shape))
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
