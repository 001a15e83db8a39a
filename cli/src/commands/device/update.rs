//! `dim device PORT update`

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use dim_host::device::{AnyDevice, Device};
use dim_model_format::{Model, SIGNATURE_BYTES, signer};
use serde::Serialize;

use crate::arguments::DeviceUpdateArgs;
use crate::commands::input::{read, unusable};
use crate::commands::output::print_json;

/// Until a device that was told to start again hears what is said.
const START: Duration = Duration::from_millis(300);

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Summary {
    /// The encoder that runs now.
    identity: String,
    place: &'static str,
    bytes: usize,
    /// Bytes that the device had from a transfer before.
    resumed: usize,
    /// Whether the encoder waits for the next start.
    pending: bool,
}

pub(super) fn run(mut device: AnyDevice, args: &DeviceUpdateArgs, json: bool) -> anyhow::Result<ExitCode> {
    let bytes = read(&args.file)?;
    let model = Model::parse(&bytes).with_context(|| unusable(&args.file))?;
    // What stands behind a file is its signature, or of no use.
    let signed = model.file_bytes() + if signer(&bytes).is_ok() { SIGNATURE_BYTES } else { 0 };
    let bytes = bytes.get(..signed).unwrap_or(&bytes);
    let slot = device.greeting().slot;
    ensure!(bytes.len() <= slot, "{} has {} bytes, a slot of the device {slot}", args.file.display(), bytes.len());
    let is_shown = std::io::stderr().is_terminal() && !json;
    let sent = device.update(&model, bytes, |arrived| {
        if is_shown {
            eprint!("\rsent {arrived} of {} bytes", bytes.len());
            let _ = std::io::stderr().flush();
        }
    });
    if is_shown {
        eprintln!();
    }
    let sent = sent.with_context(|| args.file.display().to_string())?;
    if !args.no_restart {
        let client = device.restart()?;
        std::thread::sleep(START);
        device = Device::greet(client).context("after the update")?;
        let greeting = device.greeting();
        if greeting.identity != model.identity() {
            let refusal = greeting.refusal.as_deref().unwrap_or("the device does not say why");
            bail!("the device went back to encoder {}: {refusal}", greeting.identity);
        }
    }
    let greeting = device.greeting();
    let summary = Summary {
        identity: greeting.identity.to_string(),
        place: greeting.place,
        bytes: sent.bytes,
        resumed: sent.resumed,
        pending: args.no_restart,
    };
    if json {
        print_json(&summary)?;
    } else if args.no_restart {
        println!("encoder {} waits for the next start of the device", model.identity());
    } else {
        println!("encoder {} has proven itself, and runs in {}", summary.identity, summary.place);
    }
    Ok(ExitCode::SUCCESS)
}
