//! `dim train`: from images to a run folder.

mod page;
mod spent;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{bail, ensure};
use dim_host::choice::Choice;
use dim_host::data::Dataset;
use dim_host::persist;
use dim_trainer::device::Device;
use dim_trainer::quantize::{Cost, cost};
use dim_trainer::settings::{Recipe, TrainConfig};
use dim_trainer::training::{EpochsDone, Metrics, Outcome, Run, progress, train};
use serde::Serialize;

use self::spent::Spent;
use super::devices;
use super::encoder::encoder_of;
use super::interrupt::stop_on_ctrl_c;
use super::run_data::{data_of, reading_of};
use crate::arguments::TrainArgs;
use crate::commands::input::open_data;
use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    run: &'a Path,
    encoder: &'a str,
    #[serde(flatten)]
    cost: Cost,
    objective: String,
    dataset: &'a str,
    fingerprint: &'a str,
    epochs: usize,
    seed: u64,
    steps: usize,
    seconds: f64,
    milliseconds_per_step: f64,
    /// Share of the steps' time that was spent waiting for images.
    data_wait_fraction: f64,
    /// Of the estimates of information and of their ceiling; `null` where they have none.
    information_unit: Option<&'static str>,
    information_ceiling: Option<f64>,
    first: Option<Metrics>,
    last: Option<Metrics>,
}

pub(super) fn run(args: &TrainArgs) -> anyhow::Result<ExitCode> {
    devices::on(&args.on.device, |devices| begin(args, devices))
}

fn begin(args: &TrainArgs, devices: &[Device]) -> anyhow::Result<ExitCode> {
    let folder = args.out.clone();
    let (run, dataset) = if args.resume {
        let mut run = Run::open(&folder)?;
        ensure!(run.has_checkpoint(), "{}: no checkpoint to resume; leave out --resume", folder.display());
        refuse_new_settings(args)?;
        run.config.epochs = args.epochs.unwrap_or(run.config.epochs);
        let EpochsDone { whole, steps, planned } = run.epochs_done()?;
        ensure!(
            whole + usize::from(steps > 0) <= planned,
            "--epochs: {} has learned for {} already; give at least {}",
            folder.display(),
            run.epochs_done()?,
            run.config.epochs + whole + usize::from(steps > 0) - planned
        );
        // The data set may have moved; whether it is the same, its fingerprint says.
        if let Some(data) = &args.data {
            run.config.data = data_of(data)?;
        }
        let dataset = open_data(&run.config.data, &reading_of(&run.config))?;
        (run, dataset)
    } else {
        let mut config = configure(args)?;
        config.validate()?;
        config.check_starts_fresh()?;
        config.precision.check(devices)?;
        let dataset = open_data(&config.data, &reading_of(&config))?;
        ensure!(
            args.overwrite || !folder.join("config.toml").exists(),
            "{}: holds a run already; --resume to go on with it, --overwrite to replace it, or another --out",
            folder.display()
        );
        let images = config.method.images_of(&dataset);
        fit_batch(&mut config, images);
        let run = Run::create(&folder, config, &dataset)?;
        if args.config.is_none() {
            let recipe = recipe_of(args);
            eprintln!("recipe {}: {}; `dim encoders recipe {0}` prints it", recipe.name(), recipe.about());
        }
        (run, dataset)
    };
    learn(&folder, &run, &dataset, devices, args.json)
}

/// Trains `run`, which is in `folder`, to its end or to Ctrl-C, with its report; says what came of it.
pub(super) fn learn(
    folder: &Path,
    run: &Run,
    dataset: &Dataset,
    devices: &[Device],
    json: bool,
) -> anyhow::Result<ExitCode> {
    let cost = cost(run.architecture())?;
    eprintln!("encoder {}: {cost}", run.architecture().name);
    let before = run.metrics()?.last().map_or(0, |metrics| metrics.step);
    let started = Instant::now();
    let stop = stop_on_ctrl_c()?;
    let outcome = train(run, dataset, devices, &mut *progress("train"), &stop)?;
    let seconds = started.elapsed().as_secs_f64();
    // It may have been resumed for more epochs than it was started for.
    run.write_config()?;
    let metrics = run.metrics()?;
    let steps = metrics.last().map_or(0, |metrics| metrics.step);
    let (Outcome::Finished(timing) | Outcome::Interrupted { timing, .. }) = outcome;
    let spent = Spent { seconds, steps: steps.saturating_sub(before), data_wait_fraction: timing.data_wait_fraction() };
    persist::write(&run.report_path(), page::render(run, &metrics, spent)?.as_bytes())?;
    if let Outcome::Interrupted { step, .. } = outcome {
        bail!("interrupted at step {step}; go on with `dim train --resume --out {}`", folder.display());
    }
    let summary = Summary {
        run: folder,
        encoder: &run.architecture().name,
        cost,
        objective: run.objective(),
        dataset: &run.dataset.name,
        fingerprint: &run.dataset.fingerprint,
        epochs: run.config.epochs,
        seed: run.config.seed,
        steps,
        seconds,
        milliseconds_per_step: spent.milliseconds_per_step(),
        data_wait_fraction: spent.data_wait_fraction,
        information_unit: run.information_unit(),
        information_ceiling: run.information_ceiling(),
        first: metrics.first().cloned(),
        last: metrics.last().cloned(),
    };
    if json {
        print_json(&summary)?;
    } else {
        print(&summary);
    }
    Ok(ExitCode::SUCCESS)
}

/// The file's settings, or those of a recipe, with what the command line says over them.
fn configure(args: &TrainArgs) -> anyhow::Result<TrainConfig> {
    let mut config = match &args.config {
        Some(path) => TrainConfig::from_file(path)?,
        None => recipe_of(args).config(TrainConfig::default().encoder),
    };
    config.method = args.method.unwrap_or(config.method);
    if let Some(encoder) = encoder_of(&args.encoder)? {
        config.encoder = encoder;
    }
    config.data = data_of(args.data.as_ref().unwrap_or(&config.data))?;
    config.epochs = args.epochs.unwrap_or(config.epochs);
    config.batch_size = args.batch_size.unwrap_or(config.batch_size);
    if args.on.device.len() > 1 {
        config.shards = args.on.device.len();
    }
    config.precision = args.precision.unwrap_or(config.precision);
    config.seed = args.seed.unwrap_or(config.seed);
    config.limit = args.limit.unwrap_or(config.limit);
    config.levels = args.reading.levels.or(config.levels);
    config.skip_damaged |= args.reading.skip_damaged;
    Ok(config)
}

/// The recipe that is named, or that is the best for the preset. An encoder of one's own has the paper's.
fn recipe_of(args: &TrainArgs) -> Recipe {
    let method = args.method.unwrap_or_default();
    let best = args.encoder.preset.map_or_else(Recipe::default, |preset| Recipe::of(preset, method));
    args.recipe.unwrap_or(best)
}

/// A batch that a small data set fills, in equal parts for all devices.
fn fit_batch(config: &mut TrainConfig, images: usize) {
    let fitting = images - images % config.shards;
    // A part of a batch has two images at least, to compare one with another.
    if images < config.batch_size && fitting >= 2 * config.shards {
        eprintln!("batch_size {fitting} in place of {}: there are {images} images to learn from", config.batch_size);
        config.batch_size = fitting;
    }
}

fn refuse_new_settings(args: &TrainArgs) -> anyhow::Result<()> {
    for (given, name) in [
        (args.config.is_some(), "--config"),
        (args.recipe.is_some(), "--recipe"),
        (args.method.is_some(), "--method"),
        (args.encoder.preset.is_some(), "--preset"),
        (args.encoder.encoder.is_some(), "--encoder"),
        (args.precision.is_some(), "--precision"),
        (args.batch_size.is_some(), "--batch-size"),
        (args.seed.is_some(), "--seed"),
        (args.limit.is_some(), "--limit"),
        (args.reading.levels.is_some(), "--levels"),
        (args.reading.skip_damaged, "--skip-damaged"),
    ] {
        ensure!(
            !given,
            "{name} with --resume: a run keeps the settings it was started with; only --epochs and the place of --data may change"
        );
    }
    Ok(())
}

fn print(summary: &Summary<'_>) {
    let Summary { encoder, objective, dataset, steps, seconds, .. } = summary;
    println!("{encoder} trained with {objective}");
    println!("  data         {dataset}, fingerprint {}", summary.fingerprint);
    println!(
        "  steps        {steps} in {} epochs, {:.1} ms each, of which {:.2} % waiting for images",
        summary.epochs,
        summary.milliseconds_per_step,
        summary.data_wait_fraction * 100.0
    );
    if let (Some(first), Some(last)) = (&summary.first, &summary.last) {
        println!("  loss         {:+.4} at first, {:+.4} at last", first.loss, last.loss);
        if let (Some(first), Some(last)) = (first.information(), last.information()) {
            let ceiling =
                summary.information_ceiling.map_or(String::new(), |ceiling| format!(", at most {ceiling:.3}"));
            let unit = summary.information_unit.map_or(String::new(), |unit| format!(" {unit}"));
            println!("  information  {first:.3}{unit} at first, {last:.3} at last{ceiling}");
        }
    }
    println!("  run folder   {}  ({seconds:.0} s)", summary.run.display());
    println!("  report       {}  open it in a browser", summary.run.join("report.html").display());
}
