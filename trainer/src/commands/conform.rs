//! `dim conform`: one encoder on several engines, every byte compared.

use std::process::ExitCode;

use anyhow::Context;
use dim_model_format::Model;

use super::{open_images, print_json, read, unusable};
use crate::cli::ConformArgs;
use crate::conform::{self, Options, Report};

pub(super) fn run(args: &ConformArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    let images = open_images(&args.images, &args.file, &model)?.shown().first(usize::from(args.cases));
    let options = Options { firmware: args.firmware.clone(), ..Options::default() };
    let report = conform::run(args.target, &file, &images, &options).with_context(|| unusable(&args.file))?;
    if args.json {
        print_json(&report)?;
    } else {
        print(&report);
    }
    Ok(if report.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(report: &Report) {
    println!("{} images on {}, encoder {}", report.cases, report.target.name(), report.identity);
    println!("  bytes compared   {:>12}", report.compared_bytes);
    println!("  bytes that differ{:>12}", report.mismatched_bytes);
    if let Some(mismatch) = &report.first_mismatch {
        println!("  the first        {mismatch}");
    }
    if let (Some(instructions), Some(per_mac)) = (report.instructions, report.instructions_per_mac) {
        println!("  instructions     {instructions:>12} an image, {per_mac:.3} per MAC ({} MAC)", report.macs);
    }
    println!("{}", if report.passed { "passed: every engine computed the same bytes" } else { "FAILED" });
}
