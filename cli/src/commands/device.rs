//! `dim device`: a board that answers, or whatever listens in its place.

mod classes;
mod embed;
mod hello;
mod images;
mod novelty;
mod update;

use std::process::ExitCode;

use anyhow::Context;
use dim_host::device::{AnyDevice, Client, Device};
use serde::Serialize;

use super::conform;
use super::output::print_json;
use crate::arguments::{DeviceAction, DeviceArgs};

/// Time on a device. Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Time {
    identity: String,
    ticks: u64,
    ticks_per_second: u32,
    /// Ticks in seconds, if the clock counts time.
    seconds: Option<f64>,
}

pub(super) fn run(args: &DeviceArgs) -> anyhow::Result<ExitCode> {
    let line = args.port.open(args.baud)?;
    let mut device = Device::greet(Client::new(line)?).with_context(|| args.port.to_string())?;
    match &args.action {
        DeviceAction::Hello => hello::run(&device, args.json)?,
        DeviceAction::Prove => {
            let ticks = device.prove()?;
            print_time("the encoder proves itself", &device, ticks, args.json)?;
        }
        DeviceAction::Bench(bench) => {
            let image = vec![0; usize::try_from(device.greeting().image.elements())?];
            let ticks = device.bench(&image, bench.runs)?;
            print_time("an image", &device, ticks, args.json)?;
        }
        DeviceAction::Conform(cases) => {
            let passed = conform::on_device(&mut device, cases, args.json)?;
            return Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        DeviceAction::Embed(embed) => return embed::run(&mut device, embed, args.json),
        DeviceAction::Learn(learn) => classes::learn(&mut device, learn, args.json)?,
        DeviceAction::Unlearn(unlearn) => classes::unlearn(&mut device, unlearn, args.json)?,
        DeviceAction::Classify(images) => classes::classify(&mut device, images, args.json)?,
        DeviceAction::Forget(forget) => device.forget(forget.class.as_deref())?,
        DeviceAction::Classes => classes::list(&mut device, args.json)?,
        DeviceAction::Novelty(novelty) => novelty::run(&mut device, novelty, args.json)?,
        DeviceAction::Update(update) => return update::run(device, update, args.json),
    }
    Ok(ExitCode::SUCCESS)
}

fn print_time(what: &str, device: &AnyDevice, ticks: u64, json: bool) -> anyhow::Result<()> {
    let greeting = device.greeting();
    let ticks_per_second = greeting.ticks_per_second;
    let seconds = (ticks_per_second > 0).then(|| ticks as f64 / f64::from(ticks_per_second));
    if json {
        return print_json(&Time { identity: greeting.identity.to_string(), ticks, ticks_per_second, seconds });
    }
    match seconds {
        Some(seconds) => println!("{what}: {ticks} ticks, {:.3} ms", 1000.0 * seconds),
        None => println!("{what}: {ticks} ticks of a clock without a rate"),
    }
    Ok(())
}
