//! `dim demo`: the whole path on the embedded data, in one command.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::slice::from_ref;
use std::time::Instant;

use anyhow::bail;
use dim_host::data::Dataset;
use dim_host::report::{AccuracyRow, AccuracyTable, Live};
use dim_host::{persist, report};
use dim_model_format::Model;
use dim_trainer::architecture::Preset;
use dim_trainer::device::Device;
use dim_trainer::evaluation::{Accuracy, LINEAR_PROBE_EPOCHS, NEIGHBOURS, Prober, TapAccuracies};
use dim_trainer::quantize::{QuantizationReport, QuantizeOptions, quantize, verify};
use dim_trainer::settings::{Recipe, TrainConfig};
use dim_trainer::training::{Outcome, Run, progress, train};
use serde::Serialize;

use super::about_run::settings as settings_of;
use super::devices;
use super::interrupt::stop_on_ctrl_c;
use super::pictures;
use super::run_data::reading_of;
use super::stages::stages;
use crate::arguments::DemoArgs;
use crate::commands::input::open_data;
use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    encoder: String,
    train_images: usize,
    test_images: usize,
    epochs: usize,
    seed: u64,
    seconds: f64,
    trained: TapAccuracies,
    untrained: TapAccuracies,
    raw_pixels: Accuracy,
    quantization: QuantizationReport,
    file_bytes: usize,
    files: Vec<PathBuf>,
}

pub(super) fn run(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    devices::on_one(&args.on.device, |device| show(args, device))
}

fn show(args: &DemoArgs, device: &Device) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let config = settings(args);
    let mut dataset = open_data(&config.data, &reading_of(&config))?;
    if args.quick {
        dataset.test.truncate(QUICK_TEST_IMAGES);
    }
    let say = |line: &str| eprintln!("{line}");
    say(&format!(
        "1/4 train    {} on {} unlabelled images of {}, seed {}",
        config.encoder.name,
        dataset.train.len(),
        dataset.name,
        config.seed
    ));
    let run = Run::create(&args.out.join("run"), config, &dataset)?;
    let stop = stop_on_ctrl_c()?;
    if let Outcome::Interrupted { .. } = train(&run, &dataset, from_ref(device), &mut *progress("train"), &stop)? {
        bail!("interrupted; nothing but {} was written", args.out.join("run").display());
    }

    say(&format!("2/4 evaluate probes with the labels of these images, tested on {} others", dataset.test.len()));
    let prober = Prober::new(&dataset, args.seed, device)?;
    let (encoder, weights) = run.encoder_with(None, device)?;
    let bar = stages(3).with_prefix("evaluate");
    let untrained = prober.probe_encoder(&run.untrained_encoder(device));
    bar.inc(1);
    let raw_pixels = prober.probe_raw_pixels();
    bar.inc(1);

    say("3/4 quantize to int8, and judge float and int8 alike");
    let file = quantize(&run.provenance(weights)?, &encoder, None, &dataset, QuantizeOptions::default(), device)?;
    let model = Model::parse(&file)?;
    let quantization = verify(&encoder, &model, &prober, 0)?;
    bar.finish_and_clear();
    let path = args.out.join("encoder.dim");
    persist::write(&path, &file)?;

    say("4/4 report   map of the embeddings and of the local features");
    let mut summary = Summary {
        encoder: run.architecture().name.clone(),
        train_images: dataset.train.len(),
        test_images: dataset.test.len(),
        epochs: run.config.epochs,
        seed: args.seed,
        seconds: 0.0,
        trained: quantization.float_taps,
        untrained,
        raw_pixels,
        quantization,
        file_bytes: file.len(),
        files: vec![path, args.out.join("report.html")],
    };
    write_report(&args.out, &run, &dataset, (&model, &file), &summary)?;
    summary.seconds = started.elapsed().as_secs_f64();
    if args.json {
        print_json(&summary)?;
    } else {
        print(&summary, &args.out);
    }
    Ok(ExitCode::SUCCESS)
}

const QUICK_TRAIN_IMAGES: usize = 1000;
const QUICK_TEST_IMAGES: usize = 500;

/// Found by measurement on two cores; see docs/decisions/0006-settings-of-the-demo.md.
fn settings(args: &DemoArgs) -> TrainConfig {
    TrainConfig {
        limit: if args.quick { QUICK_TRAIN_IMAGES } else { 0 },
        epochs: if args.quick { 2 } else { 40 },
        seed: args.seed,
        // Learned to the end, larger batches say as much and are what the README's figures are of (decision 0006).
        batch_size: 128,
        learning_rate: 2e-3,
        ..Recipe::Grey.config(Preset::Edge28.architecture())
    }
}

/// Examples of each class in the page.
const LIVE_EXAMPLES: usize = 6;

fn write_report(
    out: &Path,
    run: &Run,
    dataset: &Dataset,
    (model, file): (&Model<'_>, &[u8]),
    summary: &Summary,
) -> anyhow::Result<()> {
    let facts = [
        ("encoder", format!("{}, {} MAC an image", summary.encoder, model.macs())),
        ("data", format!("{}, {} images without labels", dataset.name, summary.train_images)),
        ("objective", run.objective()),
        ("training", format!("{} epochs, seed {}", summary.epochs, summary.seed)),
        ("encoder.dim", format!("{} bytes of flash", summary.file_bytes)),
        ("activations", format!("{} bytes of RAM", model.arena_bytes())),
        (
            "int8 against float",
            format!("cosine {:.4}, smallest {:.4}", summary.quantization.cosine_mean, summary.quantization.cosine_min),
        ),
        ("identity", model.identity().to_string()),
    ];
    let page = report::Report {
        title: "Deep InfoMax demo".to_owned(),
        facts: facts.map(|(name, value)| (name.to_owned(), value)).into(),
        verdict: verdict(summary),
        curves: pictures::curves(run)?,
        accuracies: Some(accuracies(model, summary)),
        confusions: Vec::new(),
        measures: Vec::new(),
        map: pictures::int8_map(model, dataset, summary.seed)?,
        map_of: "int8 embedding".to_owned(),
        saw_classes: Some(false),
        classes: dataset.classes.clone(),
        similarities: pictures::similarities(model, dataset)?,
        neighbours: Vec::new(),
        reconstructions: Vec::new(),
        live: Some(Live { file: file.to_vec(), examples: report::examples(model, dataset, LIVE_EXAMPLES)? }),
        settings: settings_of(run)?,
    };
    persist::write(&out.join("report.html"), report::render(&page)?.as_bytes())
}

fn accuracies(model: &Model<'_>, summary: &Summary) -> AccuracyTable {
    let width = |tap: &str| {
        let tapped = model.taps().find(|record| record.kind.name() == tap);
        tapped.map_or(0, |record| model.tensor(record.tensor).arena_range().len())
    };
    let row = |encoder: &str, tap: &str, width: usize, accuracy: Accuracy, ours: bool| AccuracyRow {
        encoder: encoder.to_owned(),
        tap: tap.to_owned(),
        width,
        accuracies: vec![(accuracy.linear, None), (accuracy.knn, None)],
        ours,
    };
    let pixels = usize::try_from(model.input_shape().elements()).unwrap_or(0);
    let mut rows = vec![row("raw pixels", "", pixels, summary.raw_pixels, false)];
    for (encoder, taps, ours) in [
        ("untrained encoder", &summary.untrained, false),
        ("trained encoder, float", &summary.trained, true),
        ("trained encoder, int8", &summary.quantization.int8_taps, true),
    ] {
        rows.extend(taps.iter().map(|(tap, accuracy)| row(encoder, tap, width(tap), accuracy, ours)));
    }
    AccuracyTable {
        columns: ["linear probe", "k-NN (10, cosine)"].map(str::to_owned).into(),
        rows,
        notes: vec![
            (
                "linear probe".to_owned(),
                format!(
                    "softmax on standardized features of {} images, {LINEAR_PROBE_EPOCHS} epochs, seed {}",
                    summary.train_images, summary.seed
                ),
            ),
            ("k-NN".to_owned(), format!("majority of the {NEIGHBOURS} nearest of them by cosine")),
        ],
    }
}

/// The best linear probe of each kind of features, in words.
fn verdict(summary: &Summary) -> String {
    let best = |taps: &TapAccuracies| taps.iter().map(|(_, accuracy)| accuracy.linear).fold(0.0, f64::max) * 100.0;
    format!(
        "Best linear probe: {:.1} % on the trained encoder's int8 features, {:.1} % on its float features, {:.1} % on \
         the untrained encoder's, {:.1} % on raw pixels.",
        best(&summary.quantization.int8_taps),
        best(&summary.trained),
        best(&summary.untrained),
        summary.raw_pixels.linear * 100.0
    )
}

fn print(summary: &Summary, out: &Path) {
    println!("\n  {:<22} {:<10} {:>8} {:>8}", "features", "tap", "linear", "k-NN");
    let row = |features: &str, tap: &str, accuracy: Accuracy| {
        println!("  {features:<22} {tap:<10} {:>6.1} % {:>6.1} %", accuracy.linear * 100.0, accuracy.knn * 100.0);
    };
    row("raw pixels", "", summary.raw_pixels);
    for (name, taps) in [
        ("untrained encoder", &summary.untrained),
        ("trained, float", &summary.trained),
        ("trained, int8", &summary.quantization.int8_taps),
    ] {
        taps.iter().for_each(|(tap, accuracy)| row(name, tap, accuracy));
    }
    let QuantizationReport { cosine_mean, cosine_min, .. } = summary.quantization;
    println!("\n  int8 against float: cosine of embeddings {cosine_mean:.4}, smallest {cosine_min:.4}");
    println!("  {}", verdict(summary));
    println!("\n  {:<24} {} bytes, for the device", out.join("encoder.dim").display(), summary.file_bytes);
    println!("  {:<24} open it in a browser", out.join("report.html").display());
    println!("\n  next: dim inspect {0}; dim conform {0} --target cortex-m4", out.join("encoder.dim").display());
    println!("  done in {:.0} s", summary.seconds);
}
