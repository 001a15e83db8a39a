//! `dim evaluate RUN`: how good a trained encoder's representations are.

mod classifiers;
mod evaluation;
mod measures;
mod page;
mod print;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::ensure;
use dim_host::persist;
use dim_host::report::{self, Live};
use dim_host::representation::{Confusion, Measurement};
use dim_model_format::Model;
use dim_trainer::device::Device;
use dim_trainer::evaluation::{
    Judges, LINEAR_PROBE_EPOCHS, NEIGHBOURS, PaperSettings, Prober, Subject, float_representations,
};
use dim_trainer::model::Encoder;
use dim_trainer::quantize::{QuantizeOptions, quantize};
use dim_trainer::training::{EncoderWeights, EpochsDone, Run};
use indicatif::ProgressBar;

use self::evaluation::{Accuracies, Evaluation, Paper};
use super::devices;
use super::run_data::open_data_of;
use super::run_encoder::encoder_of_run;
use super::stages::stages;
use crate::arguments::{EvaluateArgs, PaperArgs, Suite};
use crate::commands::output::print_json;

/// Neighbours shown and listed for each image.
const NEAREST: usize = 10;
/// Examples of each class in the page that computes.
const LIVE_EXAMPLES: usize = 4;
/// Test images whose reconstructions are shown.
const DRAWN: usize = 12;

pub(super) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    // What was asked for is checked before a device is opened.
    let (judges, settings) = settings(args)?;
    devices::on_one(&args.on.device, |device| judge(args, judges, settings, device))
}

fn judge(
    args: &EvaluateArgs,
    judges: Judges,
    settings: Option<PaperSettings>,
    device: &Device,
) -> anyhow::Result<ExitCode> {
    let run = Run::open(&args.run)?;
    let (trained, encoder_weights) = encoder_of_run(&run, args.encoder_weights, device)?;
    let EpochsDone { whole, steps, planned } = run.epochs_done()?;
    let untrained = run.untrained_encoder(device);
    let dataset = open_data_of(&run, args.data.as_ref(), args.limit, &args.reading)?;
    let seed = run.config.seed;
    let prober = Prober::new(&dataset, seed, device)?;

    let mut progress = Progress::new(if settings.is_some() { 7 } else { 3 });
    progress.stage("classifiers on the trained encoder");
    let taps = [&dataset.train, &dataset.test].map(|images| float_representations(&trained, images, device));
    let mut measurements = prober.judge_encoder(judges, "trained", &trained, taps.each_ref());
    progress.stage("classifiers on the untrained encoder");
    {
        let taps = [&dataset.train, &dataset.test].map(|images| float_representations(&untrained, images, device));
        measurements.extend(prober.judge_encoder(judges, "untrained", &untrained, taps.each_ref()));
    }
    progress.stage("classifiers on raw pixels");
    measurements.extend(prober.judge_raw_pixels(judges));

    let representations = taps.each_ref();
    let subject = Subject { prober, representations, trained: &trained, untrained: &untrained };
    let neighbours = subject.neighbours(NEAREST);
    let mut drawn = Vec::new();
    let paper = settings.map(|settings| {
        progress.stage("fine-tuning with few labels");
        let fine_tuning = subject.fine_tuning(&settings);
        progress.stage("dependency of the units");
        let neural_dependency = subject.dependency(&settings);
        progress.stage("mutual information");
        let mutual_information = subject.information(&settings);
        progress.stage("reconstruction");
        let reconstruction;
        (reconstruction, drawn) = subject.reconstruction(&settings);
        drawn.truncate(DRAWN);
        let neighbours = neighbours.clone();
        Paper { fine_tuning, reconstruction, mutual_information, neural_dependency, neighbours }
    });
    progress.end();

    let evaluation = Evaluation {
        dataset: dataset.name.clone(),
        encoder: run.architecture().name.clone(),
        objective: run.objective(),
        epochs: whole,
        unfinished_epoch_steps: steps,
        planned_epochs: planned,
        training: training(&run, encoder_weights)?,
        encoder_weights,
        seed,
        train_images: dataset.train.len(),
        test_images: dataset.test.len(),
        largest_class_share: largest_class_share(prober.labels().test, dataset.classes.len()),
        linear_probe_epochs: LINEAR_PROBE_EPOCHS,
        knn_neighbours: NEIGHBOURS,
        taps: by_tap(&measurements, "trained"),
        untrained: by_tap(&measurements, "untrained"),
        raw_pixels: by_tap(&measurements, "raw_pixels").remove("pixels").unwrap_or_default(),
        measurements,
        paper,
    };
    let [_, test_taps] = &taps;
    let live = live(&run, (&trained, encoder_weights), &prober)?;
    let page = page::render(&evaluation, &run, &dataset, &test_taps[2], &neighbours, &drawn, live)?;
    let report = run.report_path();
    persist::write(&report, page.as_bytes())?;
    let saved = serde_json::to_string_pretty(&evaluation)? + "\n";
    persist::write(&run.evaluation_path(), saved.as_bytes())?;
    if args.json {
        print_json(&evaluation)?;
    } else {
        print::print(&evaluation);
        println!("\n  {}  open it in a browser", report.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The encoder in integers, to be tried in the page; one that works on crops has none.
fn live(
    run: &Run,
    (encoder, weights): (&Encoder, EncoderWeights),
    prober: &Prober<'_>,
) -> anyhow::Result<Option<Live>> {
    if run.architecture().is_folded() {
        return Ok(None);
    }
    let integers = run.config.arithmetic.integers().unwrap_or_default();
    let options = QuantizeOptions { integers, ..QuantizeOptions::default() };
    let file = quantize(&run.provenance(weights)?, encoder, None, prober.dataset, options, prober.device)?;
    let examples = report::examples(&Model::parse(&file)?, prober.dataset, LIVE_EXAMPLES)?;
    Ok(Some(Live { file, examples }))
}

/// How the encoder learned and, where there is a choice, which of its weights were taken.
fn training(run: &Run, weights: EncoderWeights) -> anyhow::Result<String> {
    let training = run.training()?;
    let has_choice = run.config.weight_average > 0.0 || run.config.whitening;
    Ok(if has_choice { format!("{training}, {} weights", weights.name()) } else { training })
}

/// The classifiers, and the settings of the other measures for the paper suite.
fn settings(args: &EvaluateArgs) -> anyhow::Result<(Judges, Option<PaperSettings>)> {
    let PaperArgs { probe_epochs, labels, fine_tune_epochs, decoder_epochs, critic_epochs, dependency_epochs } =
        args.paper;
    let (suite, remedy) = match args.suite {
        Suite::Quick => ("quick", "add --suite probes or --suite paper"),
        _ => ("probes", "add --suite paper"),
    };
    for (given, name, in_suite) in [
        (probe_epochs, "--probe-epochs", args.suite != Suite::Quick),
        (labels, "--labels", args.suite == Suite::Paper),
        (fine_tune_epochs, "--fine-tune-epochs", args.suite == Suite::Paper),
        (decoder_epochs, "--decoder-epochs", args.suite == Suite::Paper),
        (critic_epochs, "--critic-epochs", args.suite == Suite::Paper),
        (dependency_epochs, "--dependency-epochs", args.suite == Suite::Paper),
    ] {
        ensure!(given.is_none() || in_suite, "{name}: the {suite} suite has no such measure; {remedy}");
    }
    let probe_epochs = probe_epochs.unwrap_or(200);
    Ok(match args.suite {
        Suite::Quick => (Judges::QUICK, None),
        Suite::Probes => (Judges::probes(probe_epochs), None),
        Suite::Paper => {
            let settings = PaperSettings {
                labels: labels.unwrap_or(500),
                fine_tune_epochs: fine_tune_epochs.unwrap_or(100),
                decoder_epochs: decoder_epochs.unwrap_or(10),
                critic_epochs: critic_epochs.unwrap_or(20),
                dependency_epochs: dependency_epochs.unwrap_or(200),
            };
            (Judges::paper(probe_epochs), Some(settings))
        }
    })
}

/// A bar on a terminal, and a line for each stage elsewhere; both on standard error.
struct Progress {
    bar: ProgressBar,
    begun: u64,
    started: Instant,
}

impl Progress {
    fn new(stages_in_all: u64) -> Self {
        Self { bar: stages(stages_in_all).with_prefix("evaluate"), begun: 0, started: Instant::now() }
    }

    fn stage(&mut self, name: &str) {
        self.bar.set_position(self.begun);
        self.bar.set_message(name.to_owned());
        self.bar.tick();
        self.begun += 1;
        if self.bar.is_hidden() {
            let (of, seconds) = (self.bar.length().unwrap_or(0), self.started.elapsed().as_secs());
            eprintln!("evaluate   {}/{of} {name}, after {seconds} s", self.begun);
        }
    }

    fn end(self) {
        self.bar.finish_and_clear();
    }
}

fn largest_class_share(labels: &[u8], classes: usize) -> f64 {
    Confusion::of(labels, labels, [classes; 2]).largest_class_share()
}

fn by_tap(measurements: &[Measurement], features: &str) -> BTreeMap<&'static str, Accuracies> {
    let mut taps = BTreeMap::<&'static str, Accuracies>::new();
    for measurement in measurements.iter().filter(|measurement| measurement.features == features) {
        taps.entry(measurement.tap).or_default().insert(measurement.classifier.key(), measurement.accuracy);
    }
    taps
}
