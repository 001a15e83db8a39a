//! `dim evaluate`: how good a trained encoder's representations are.

use std::process::ExitCode;

use serde::Serialize;

use super::{open_data_of, print_json, stages};
use crate::cli::{EvaluateArgs, Suite};
use crate::device;
use crate::evaluation::{Accuracy, LINEAR_PROBE_EPOCHS, NEIGHBOURS, Prober, TapAccuracies};
use crate::training::Run;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Evaluation {
    dataset: String,
    encoder: &'static str,
    objective: String,
    epochs: usize,
    seed: u64,
    train_images: usize,
    test_images: usize,
    linear_probe_epochs: usize,
    knn_neighbours: usize,
    taps: TapAccuracies,
    untrained: TapAccuracies,
    raw_pixels: Accuracy,
}

pub(super) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    let Suite::Quick = args.suite;
    let device = device::open(&args.device)?;
    let run = Run::open(&args.run)?;
    let encoder = run.encoder(&device)?;
    let dataset = open_data_of(&run, args.data.as_ref(), args.limit)?;
    let prober = Prober::new(&dataset, run.config.seed, &device)?;

    let bar = stages(3).with_prefix("evaluate");
    bar.set_message("trained encoder");
    let taps = prober.probe_encoder(&encoder);
    bar.inc(1);
    bar.set_message("untrained encoder");
    let untrained = prober.probe_encoder(&run.untrained_encoder(&device));
    bar.inc(1);
    bar.set_message("raw pixels");
    let raw_pixels = prober.probe_raw_pixels();
    bar.finish_and_clear();

    let evaluation = Evaluation {
        dataset: dataset.name.clone(),
        encoder: run.architecture().name,
        objective: run.config.objective(),
        epochs: run.config.epochs,
        seed: run.config.seed,
        train_images: dataset.train.len(),
        test_images: dataset.test.len(),
        linear_probe_epochs: LINEAR_PROBE_EPOCHS,
        knn_neighbours: NEIGHBOURS,
        taps,
        untrained,
        raw_pixels,
    };
    if args.json {
        print_json(&evaluation)?;
    } else {
        print(&evaluation);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(evaluation: &Evaluation) {
    let Evaluation { encoder, objective, dataset, epochs, seed, .. } = evaluation;
    println!("{encoder}, {objective}, {epochs} epochs, seed {seed}");
    println!(
        "probes learned on {} images of {dataset}, accuracy on {} held out",
        evaluation.train_images, evaluation.test_images
    );
    println!("\n  {:<12} {:<10} {:>8} {:>8}", "features", "tap", "linear", "k-NN");
    let row = |features: &str, tap: &str, accuracy: Accuracy| {
        println!("  {features:<12} {tap:<10} {:>6.1} % {:>6.1} %", accuracy.linear * 100.0, accuracy.knn * 100.0);
    };
    evaluation.taps.iter().for_each(|(tap, accuracy)| row("trained", tap, accuracy));
    evaluation.untrained.iter().for_each(|(tap, accuracy)| row("untrained", tap, accuracy));
    row("raw pixels", "", evaluation.raw_pixels);
}
