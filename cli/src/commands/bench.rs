//! `dim bench`: what a training step costs here, or what an encoder costs on a device.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use dim_host::conform::{self, Cost, Options};
use dim_model_format::Model;

use super::input::{read, unusable};
use super::learning;
use super::output::print_json;
use crate::arguments::BenchArgs;

pub(super) fn run(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    match &args.file {
        Some(file) => on_device(args, file),
        None => learning::steps(args),
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
