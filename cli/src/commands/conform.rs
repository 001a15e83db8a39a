//! `dim conform`: one encoder on several engines, every byte compared.

use std::process::ExitCode;

use anyhow::Context;
use dim_host::conform::{self, Options, Report, Target};
use dim_host::data::Images;
use dim_host::device::{AnyDevice, Client, Device};
use dim_model_format::Model;
use serde::Serialize;

use super::input::{open_images, read, unusable};
use super::output::print_json;
use crate::arguments::{CasesArgs, ConformArgs, ConformTarget};

/// Of a board's UART.
const BAUD: u32 = 115_200;

pub(super) fn run(args: &ConformArgs) -> anyhow::Result<ExitCode> {
    let (file, images) = open(&args.cases)?;
    let options = Options { firmware: args.firmware.clone(), ..Options::default() };
    let passed = match &args.target {
        ConformTarget::One(target) => tell(&conform::run(*target, &file, &images, &options)?, args.json)?,
        ConformTarget::Emulated(board) => {
            tell(&conform::emulated(board, &file, &images, args.firmware.as_deref())?, args.json)?
        }
        ConformTarget::Board(port) => {
            let mut device = Device::greet(Client::new(port.open(BAUD)?)?).with_context(|| port.to_string())?;
            tell(&conform::board(&mut device, &file, &images)?, args.json)?
        }
        ConformTarget::All => {
            let web = if conform::has_node() { &Target::WEB[..] } else { &[] };
            if web.is_empty() {
                eprintln!("passed over: WebAssembly, since there is no node");
            }
            let targets = conform::devices(&file, &images, &[&Target::DEVICES[..], web].concat(), &options)?;
            let matrix = Matrix { passed: targets.iter().all(|report| report.passed), targets };
            if args.json {
                print_json(&matrix)?
            } else {
                print_matrix(&matrix)
            }
            matrix.passed
        }
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `dim device PORT conform`: the same of a board at the other end of a line; whether it passed.
pub(super) fn on_device(device: &mut AnyDevice, cases: &CasesArgs, json: bool) -> anyhow::Result<bool> {
    let (file, images) = open(cases)?;
    tell(&conform::board(device, &file, &images)?, json)
}

/// The bytes of the encoder, and the images.
fn open(cases: &CasesArgs) -> anyhow::Result<(Vec<u8>, Images)> {
    let file = read(&cases.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&cases.file))?;
    let dataset = open_images(&cases.images, &cases.reading, &cases.file, &model)?;
    let images = dataset.shown().first(usize::from(cases.cases));
    Ok((file, images))
}

/// Prints a report, and gives its verdict.
fn tell(report: &Report, json: bool) -> anyhow::Result<bool> {
    if json {
        print_json(report)?;
    } else {
        print(report);
    }
    Ok(report.passed)
}

/// The JSON of `--target all`.
#[derive(Serialize)]
struct Matrix {
    targets: Vec<Report>,
    /// Whether every target did.
    passed: bool,
}

fn print_matrix(matrix: &Matrix) {
    println!(
        "{:<14} {:>6} {:>12} {:>12} {:>14} {:>8}",
        "target", "images", "bytes", "differences", "instructions", "per MAC"
    );
    for report in &matrix.targets {
        let Report { cases, compared_bytes, mismatched_bytes, .. } = report;
        let [instructions, per_mac] =
            [report.instructions.unwrap_or(0) as f64, report.instructions_per_mac.unwrap_or(0.0)];
        print!("{:<14} {cases:>6} {compared_bytes:>12} {mismatched_bytes:>12}", report.target);
        println!(" {instructions:>14} {per_mac:>8.3}{}", if report.passed { "" } else { "  FAILED" });
    }
    for report in &matrix.targets {
        if let Some(mismatch) = &report.first_mismatch {
            println!("the first difference on {}: {mismatch}", report.target);
        }
    }
    println!("{}", if matrix.passed { PASSED } else { "FAILED" });
}

const PASSED: &str = "passed: every engine computed the same bytes";

fn print(report: &Report) {
    println!("{} images on {}, encoder {}", report.cases, report.target, report.identity);
    match report.proven {
        Some(true) => println!("  proof            {:>12}", "holds here"),
        Some(false) => println!("  proof            {:>12}", "DISPROVED"),
        None => println!("  proof            {:>12}", "none"),
    }
    println!("  bytes compared   {:>12}", report.compared_bytes);
    println!("  bytes that differ{:>12}", report.mismatched_bytes);
    if let Some(mismatch) = &report.first_mismatch {
        println!("  the first        {mismatch}");
    }
    if let (Some(instructions), Some(per_mac)) = (report.instructions, report.instructions_per_mac) {
        println!("  instructions     {instructions:>12} an image, {per_mac:.3} per MAC ({} MAC)", report.macs);
    }
    if let Some(seconds) = report.seconds {
        println!("  time             {:>9.3} ms an image, by the board's clock", 1000.0 * seconds);
    }
    println!("{}", if report.passed { PASSED } else { "FAILED" });
}
