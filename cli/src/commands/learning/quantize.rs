//! `dim quantize`: from a run folder to a `.dim` file, with what it costs.

use std::process::ExitCode;

use anyhow::ensure;
use dim_host::persist;
use dim_model_format::{Model, Rounding};
use dim_trainer::device::Device;
use dim_trainer::evaluation::Prober;
use dim_trainer::quantize::{
    BothInformation, CALIBRATION, LayerNoise, Likeness, Loss, Observer, QuantizationReport, QuantizeOptions, likeness,
    quantize, verify,
};
use dim_trainer::settings::Integers;
use dim_trainer::training::Run;
use serde::Serialize;

use super::devices;
use super::run_data::open_data_of;
use super::run_encoder::encoder_of_run;
use super::stages::stages;
use crate::arguments::QuantizeArgs;
use crate::commands::output::print_json;

pub(super) fn run(args: &QuantizeArgs) -> anyhow::Result<ExitCode> {
    ensure!(args.calibration != Some(0), "--calibration 0: at least one image is needed");
    devices::on_one(&args.on.device, |device| write(args, device))
}

fn write(args: &QuantizeArgs, device: &Device) -> anyhow::Result<ExitCode> {
    let run = Run::open(&args.run)?;
    let integers = integers(&run, args)?;
    let (encoder, weights) = encoder_of_run(&run, args.encoder_weights, device)?;
    let dataset = open_data_of(&run, args.data.as_ref(), args.limit, &args.reading)?;

    let calibration = args.calibration.unwrap_or(CALIBRATION);
    let options = QuantizeOptions { calibration, observer: args.observer, integers };
    let bar = stages(2).with_prefix("quantize");
    bar.set_message("calibrating and lowering");
    let provenance = run.provenance(weights)?;
    let critic = args.critic.then(|| run.critic(weights, device)).transpose()?;
    let file = quantize(&provenance, &encoder, critic, &dataset, options, device)?;
    bar.inc(1);
    bar.set_message("comparing float with int8");
    let model = Model::parse(&file)?;
    let comparison = match Prober::new(&dataset, run.config.seed, device) {
        Ok(prober) => Comparison::Probed(Box::new(verify(&encoder, &model, &prober, args.information)?)),
        Err(_) => Comparison::Unlabelled(likeness(&encoder, &model, dataset.shown(), device)?),
    };
    bar.finish_and_clear();

    if let Comparison::Probed(report) = &comparison {
        let Loss { loss, standard_error, images } = report.loss();
        ensure!(
            !report.loss().exceeds(args.budget),
            "int8 loses {loss:.4} ± {standard_error:.4} of probe accuracy at the embedding on {images} test images, \
             --budget allows {}; the cosine of float and int8 embeddings is {:.4}; nothing was written: give a larger \
             --budget or more test images, or try `dim finetune`",
            args.budget,
            report.cosine_mean
        );
    }
    persist::write(&args.out, &file)?;
    if args.json {
        print_json(&comparison)?;
    } else {
        match &comparison {
            Comparison::Probed(report) => print(report),
            Comparison::Unlabelled(likeness) => print_likeness(likeness),
        }
        println!("\nwrote {} ({} bytes)", args.out.display(), file.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// The integers that were asked for; a run that learned in the device's arithmetic has its own, and its ranges.
fn integers(run: &Run, args: &QuantizeArgs) -> anyhow::Result<Integers> {
    let rounding = args.rounding.map(Rounding::from);
    let Some(learned) = run.config.arithmetic.integers() else {
        let default = Integers::default();
        let (rounding, weights) = (rounding.unwrap_or(default.rounding), args.weights.unwrap_or(default.weights));
        return Ok(Integers { rounding, weights });
    };
    let folder = args.run.display();
    ensure!(
        args.observer == Observer::default(),
        "--observer: {folder} was fine-tuned with ranges of its own; leave it out"
    );
    ensure!(
        args.calibration.is_none(),
        "--calibration: {folder} was fine-tuned with ranges of its own; leave it out, or calibrate in `dim finetune`"
    );
    ensure!(
        rounding.is_none_or(|rounding| rounding == learned.rounding),
        "--rounding: {folder} was fine-tuned for the other one; leave it out, or fine-tune again with --rounding"
    );
    ensure!(
        args.weights.is_none_or(|weights| weights == learned.weights),
        "--weights: {folder} was fine-tuned with other ones; leave it out, or fine-tune again with --weights"
    );
    Ok(learned)
}

/// What the data allow to say of int8 against float.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Comparison {
    Probed(Box<QuantizationReport>),
    /// Without classes there are no probes, and no budget for them.
    Unlabelled(Likeness),
}

fn print_likeness(Likeness { cosine_mean, cosine_min }: &Likeness) {
    println!("  cosine of float and int8 embeddings: mean {cosine_mean:.5}, smallest {cosine_min:.5}");
    println!("  no probes, and so no --budget: the images have no classes; name labelled ones with --data");
}

fn print(report: &QuantizationReport) {
    println!("  {:<10} {:>15} {:>15}", "", "linear", "k-NN");
    println!("  {:<10} {:>7} {:>7} {:>7} {:>7}", "tap", "float", "int8", "float", "int8");
    for ((tap, float), (_, int8)) in report.float_taps.iter().zip(report.int8_taps.iter()) {
        let [a, b, c, d] = [float.linear, int8.linear, float.knn, int8.knn].map(|accuracy| accuracy * 100.0);
        println!("  {tap:<10} {a:>5.1} % {b:>5.1} % {c:>5.1} % {d:>5.1} %");
    }
    println!(
        "  cosine of float and int8 embeddings: mean {:.5}, smallest {:.5}; k-NN agrees on {:.1} % of the test images",
        report.cosine_mean,
        report.cosine_min,
        report.knn_agreement * 100.0
    );
    let Loss { loss, standard_error, images } = report.loss();
    println!(
        "  int8 loses {:.2} ± {:.2} points at the embedding, on {images} test images",
        loss * 100.0,
        standard_error * 100.0
    );
    println!("\n  {:<22} {:>9} {:>22}", "layer", "S/N", "constant by channel");
    let worst = report.worst_layer().map(|layer| layer.layer);
    for LayerNoise { layer, operator, signal_to_noise, constant_share } in &report.layers {
        let mark = if Some(*layer) == worst { "  worst" } else { "" };
        let share = constant_share * 100.0;
        println!("  {layer:>3} {operator:<18} {signal_to_noise:>6.1} dB {share:>20.1} %{mark}");
    }
    if let Some(BothInformation { float, int8, epochs }) = report.information {
        println!(
            "\n  I(X; Y) on held-out images, {epochs} epochs: float {:.2} nats, int8 {:.2} nats",
            float.held_out_nats, int8.held_out_nats
        );
    }
}
