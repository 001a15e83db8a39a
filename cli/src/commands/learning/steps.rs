//! `dim bench --train`: what a training step costs here.

use std::process::ExitCode;

use dim_trainer::device::Device;
use dim_trainer::settings::TrainConfig;
use dim_trainer::training::measure_steps;

use super::devices;
use super::encoder::encoder_of;
use crate::arguments::BenchArgs;
use crate::commands::output::print_json;

pub(super) fn run(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    devices::on(&args.step.on.device, |devices| measure(args, devices))
}

fn measure(args: &BenchArgs, devices: &[Device]) -> anyhow::Result<ExitCode> {
    let mut config = match &args.step.config {
        Some(path) => TrainConfig::from_file(path)?,
        None => TrainConfig::default(),
    };
    if let Some(encoder) = encoder_of(&args.step.encoder)? {
        config.encoder = encoder;
    }
    config.batch_size = args.step.batch_size.unwrap_or(config.batch_size);
    if devices.len() > 1 {
        config.shards = devices.len();
    }
    config.precision = args.step.precision.unwrap_or(config.precision);
    let cost = measure_steps(&config, args.step.steps, devices)?;
    if args.json {
        print_json(&cost)?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}, {}", cost.encoder, cost.objective);
    println!(
        "  step    {:>9.1} ms, mean of {} with {} images each",
        cost.milliseconds_per_step, cost.steps, cost.batch_size
    );
    println!("  speed   {:>9.1} images a second on {}", cost.images_per_second, args.step.on.device.join(" and "));
    println!("  views   {:>9.0} a second that one core prepares", cost.views_per_second);
    if let Some(peak) = cost.peak_mebibytes {
        println!("  memory  {peak:>9.0} MiB of the host at most");
    }
    Ok(ExitCode::SUCCESS)
}
