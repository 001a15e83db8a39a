//! `dim bench`: what a training step costs here, or what an encoder costs on a device.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use dim_host::conform::{self, Cost, Options};
use dim_model_format::Model;
use dim_trainer::device;
use dim_trainer::training::{TrainConfig, measure_steps};

use super::{print_json, read, unusable};
use crate::arguments::BenchArgs;

pub(super) fn run(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    match &args.file {
        Some(file) => on_device(args, file),
        None => train(args),
    }
}

fn on_device(args: &BenchArgs, path: &Path) -> anyhow::Result<ExitCode> {
    let options = Options { firmware: args.firmware.clone(), ..Options::default() };
    let file = read(path)?;
    Model::parse(&file).with_context(|| unusable(path))?;
    let cost = conform::cost(args.target, &file, &options)?;
    if args.json {
        print_json(&cost)?;
    } else {
        print(&cost);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(cost: &Cost) {
    println!("encoder {} on {}, one image", cost.identity, cost.target.name());
    println!("{:>6}  {:<18} {:>12} {:>14} {:>8}", "tensor", "operator", "MAC", "instructions", "per MAC");
    for layer in &cost.layers {
        let per_mac = per_mac(layer.instructions, layer.macs);
        println!("{:>6}  {:<18} {:>12} {:>14} {per_mac:>8}", layer.index, layer.op, layer.macs, layer.instructions);
    }
    let all = per_mac(cost.instructions, cost.macs);
    println!("{:>6}  {:<18} {:>12} {:>14} {all:>8}", "", "all", cost.macs, cost.instructions);
    println!("  arena   {:>9} bytes, of which {} scratch", cost.arena_bytes, cost.scratch_bytes);
    println!("  stack   {:>9} bytes", cost.stack_bytes);
    println!("  code    {:>9} bytes of the least firmware, without the encoder", cost.code_bytes);
    println!("  parsing {:>9} instructions, once", cost.parse_instructions);
}

/// Nothing for an operator without weights.
fn per_mac(instructions: u64, macs: u64) -> String {
    if macs == 0 { String::new() } else { format!("{:.3}", instructions as f64 / macs as f64) }
}

fn train(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    let devices = device::open_all(&args.device)?;
    let mut config = match &args.config {
        Some(path) => TrainConfig::from_file(path)?,
        None => TrainConfig::default(),
    };
    config.preset = args.preset.unwrap_or(config.preset);
    config.batch_size = args.batch_size.unwrap_or(config.batch_size);
    if devices.len() > 1 {
        config.shards = devices.len();
    }
    config.precision = args.precision.unwrap_or(config.precision);
    let cost = measure_steps(&config, args.steps, &devices)?;
    if args.json {
        print_json(&cost)?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}, {}", cost.encoder, cost.objective);
    println!(
        "  step    {:>9.1} ms, mean of {} with {} images each",
        cost.milliseconds_per_step, cost.steps, cost.batch_size
    );
    println!("  speed   {:>9.1} images a second on {}", cost.images_per_second, args.device.join(" and "));
    if let Some(peak) = cost.peak_mebibytes {
        println!("  memory  {peak:>9.0} MiB of the host at most");
    }
    Ok(ExitCode::SUCCESS)
}
