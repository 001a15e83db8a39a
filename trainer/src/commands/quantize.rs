//! `dim quantize`: from a run folder to a `.dim` file, with what it costs.

use std::process::ExitCode;

use anyhow::ensure;
use dim_model_format::Model;

use super::{open_data, print_json, stages};
use crate::cli::QuantizeArgs;
use crate::evaluation::Prober;
use crate::quantize::{QuantizationReport, quantize, verify};
use crate::training::Run;
use crate::{device, persist};

pub(super) fn run(args: &QuantizeArgs) -> anyhow::Result<ExitCode> {
    ensure!(args.calibration > 0, "--calibration 0: at least one image is needed");
    let device = device::open(&args.device)?;
    let run = Run::open(&args.run)?;
    let encoder = run.encoder(&device)?;
    let dataset = open_data(args.data.as_ref().unwrap_or(&run.config.data), args.limit.unwrap_or(run.config.limit))?;
    run.check_shape(&dataset)?;

    let bar = stages(2).with_prefix("quantize");
    bar.set_message("calibrating and lowering");
    let file = quantize(&run, &encoder, &dataset, args.calibration, &device)?;
    bar.inc(1);
    bar.set_message("comparing float with int8");
    let prober = Prober { dataset: &dataset, seed: run.config.seed, device: &device };
    let report = verify(&encoder, &Model::parse(&file)?, &prober)?;
    bar.finish_and_clear();

    ensure!(
        report.loss() <= args.budget,
        "int8 loses {:.4} of probe accuracy at the embedding, --budget allows {}; nothing was written",
        report.loss(),
        args.budget
    );
    persist::write(&args.out, &file)?;
    if args.json {
        print_json(&report)?;
    } else {
        print(&report);
        println!("\nwrote {} ({} bytes)", args.out.display(), file.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn print(report: &QuantizationReport) {
    println!("  {:<10} {:>15} {:>15}", "", "linear", "k-NN");
    println!("  {:<10} {:>7} {:>7} {:>7} {:>7}", "tap", "float", "int8", "float", "int8");
    for ((tap, float), (_, int8)) in report.float_taps.iter().zip(report.int8_taps.iter()) {
        let [a, b, c, d] = [float.linear, int8.linear, float.knn, int8.knn].map(|accuracy| accuracy * 100.0);
        println!("  {tap:<10} {a:>5.1} % {b:>5.1} % {c:>5.1} % {d:>5.1} %");
    }
    println!(
        "  cosine of float and int8 embeddings: mean {:.5}, smallest {:.5}",
        report.cosine_mean, report.cosine_min
    );
}
