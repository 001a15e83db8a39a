//! `dim encoders`: those that come with the program, and networks to train.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use dim_host::persist;
use dim_model_format::Model;
use serde::Serialize;

use super::learning;
use super::output::print_json;
use crate::arguments::{CardArgs, CopyEncoderArgs, EncodersCommand, ListEncodersArgs};
use crate::trained::{Card, TRAINED, Trained};

pub(super) fn run(command: &EncodersCommand) -> anyhow::Result<ExitCode> {
    match command {
        EncodersCommand::List(args) => list(args),
        EncodersCommand::Card(args) => card(args),
        EncodersCommand::Copy(args) => copy(args),
        EncodersCommand::Show(args) => learning::show(args),
        EncodersCommand::Recipe(args) => learning::recipe(args),
    }
}

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Listed<N: Serialize> {
    trained: Vec<Card>,
    /// Not in a program without learning.
    #[serde(flatten)]
    networks: N,
}

fn list(args: &ListEncodersArgs) -> anyhow::Result<ExitCode> {
    #[cfg(feature = "train")]
    if !args.files.is_empty() {
        return learning::described(&args.files, args.json);
    }
    let networks = learning::networks()?;
    if args.json {
        print_json(&Listed { trained: TRAINED.iter().map(Trained::card).collect(), networks })?;
    } else {
        print_trained();
        println!();
        learning::print_networks(&networks);
    }
    Ok(ExitCode::SUCCESS)
}

fn print_trained() {
    println!(
        "{:<12} {:>8} {:>10} {:>8} {:>10} {:>8} {:>8}  learned from",
        "trained", "bytes", "arena", "MAC", "M4", "linear", "k-NN"
    );
    for card in TRAINED.iter().map(Trained::card) {
        let million = |number: u64| format!("{:.1} M", number as f64 / 1e6);
        println!(
            "{:<12} {:>8} {:>10} {:>8} {:>10} {:>6.1} % {:>6.1} %  {}",
            card.name,
            card.device.file_bytes,
            card.device.arena_bytes,
            million(card.device.macs),
            card.instructions.get("cortex-m4").map_or_else(|| "-".to_owned(), |count| million(*count)),
            card.accuracy.linear.int8 * 100.0,
            card.accuracy.knn.int8 * 100.0,
            card.data.name,
        );
    }
    println!("`dim encoders copy NAME` writes one, `dim encoders card NAME` says all that is known of it");
}

fn named(name: &str) -> anyhow::Result<&'static Trained> {
    Trained::named(name).with_context(|| format!("{name}: no trained encoder has this name"))
}

fn card(args: &CardArgs) -> anyhow::Result<ExitCode> {
    let encoder = named(&args.name)?;
    if args.json {
        print_json(&encoder.card())?;
    } else {
        print!("{}", encoder.card_text());
    }
    Ok(ExitCode::SUCCESS)
}

fn copy(args: &CopyEncoderArgs) -> anyhow::Result<ExitCode> {
    let encoder = named(&args.name)?;
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.dim", encoder.name)));
    persist::write(&out, encoder.file)?;
    let model = Model::parse(encoder.file)?;
    println!("wrote {}, encoder {}", out.display(), model.identity());
    println!("  next: dim inspect {0}; dim conform {0} --target cortex-m4", out.display());
    Ok(ExitCode::SUCCESS)
}
