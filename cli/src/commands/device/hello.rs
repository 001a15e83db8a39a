//! `dim device PORT hello`

use dim_host::device::AnyDevice;
use serde::Serialize;

use crate::commands::output::print_json;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Hello<'a> {
    board: &'a str,
    encoder: &'a str,
    identity: String,
    /// `built in`, `slot A` or `slot B`.
    place: &'a str,
    /// `[height, width, channels]`.
    image: [u16; 3],
    units: usize,
    classes: usize,
    most_classes: usize,
    /// Longest encoder, in bytes.
    slot: usize,
    /// Whether an encoder waits for the next start.
    pending: bool,
    /// Why the encoder that was sent last does not run.
    refusal: Option<&'a str>,
    /// Encoder of the classes in the store, if it is another one.
    kept: Option<String>,
}

pub(super) fn run(device: &AnyDevice, json: bool) -> anyhow::Result<()> {
    let greeting = device.greeting();
    let hello = Hello {
        board: &greeting.board,
        encoder: &greeting.encoder,
        identity: greeting.identity.to_string(),
        place: greeting.place,
        image: [greeting.image.height, greeting.image.width, greeting.image.channels],
        units: greeting.units,
        classes: greeting.classes[0],
        most_classes: greeting.classes[1],
        slot: greeting.slot,
        pending: greeting.pending,
        refusal: greeting.refusal.as_deref(),
        kept: greeting.kept.map(|identity| identity.to_string()),
    };
    if json {
        return print_json(&hello);
    }
    println!("{}: {}, {}", hello.board, hello.encoder, hello.place);
    println!("  encoder {}", hello.identity);
    println!("  images of {}, {} units", greeting.image, hello.units);
    println!("  {} of at most {} classes, encoders of up to {} bytes", hello.classes, hello.most_classes, hello.slot);
    if hello.pending {
        println!("  another encoder waits for the next start");
    }
    if let Some(refusal) = hello.refusal {
        println!("  the encoder that was sent last does not run: {refusal}");
    }
    if let Some(kept) = hello.kept {
        println!("  the classes in its store are of encoder {kept}, and are kept for it");
    }
    Ok(())
}
