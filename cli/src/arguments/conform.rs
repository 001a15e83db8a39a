//! Commands that run an encoder on devices.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use dim_host::choice::Choice;
use dim_host::conform::Target;
use dim_host::device::Port;

use super::ReadingArgs;
use super::choice::possible_values;

/// An encoder, and images whose every byte is compared.
#[derive(Debug, Args)]
pub(crate) struct CasesArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// Folder of a data set, or `embedded`; its test images are the cases
    #[arg(long, value_name = "FOLDER", default_value = "embedded")]
    pub(crate) images: String,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Number of images
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) cases: u16,
}

/// `dim conform`
#[derive(Debug, Args)]
pub(crate) struct ConformArgs {
    /// The encoder and images
    #[command(flatten)]
    pub(crate) cases: CasesArgs,
    /// What runs it beside the host
    #[arg(long, value_parser = TargetParser, default_value = Target::Host.name())]
    pub(crate) target: ConformTarget,
    /// Source of the firmware, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER")]
    pub(crate) firmware: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim conform --target`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConformTarget {
    /// This machine or one processor.
    One(Target),
    /// Every processor.
    All,
    /// An emulated Pico, by its name in the table of boards.
    Emulated(&'static str),
    /// A board that runs the encoder already.
    Board(Port),
}

/// Boards that are emulated.
const EMULATED: [(&str, &str); 2] =
    [("pico", "The firmware of a Raspberry Pi Pico in an emulator, over USB"), ("pico-uart", "The same over a UART")];

/// Reads the name of a processor, `all`, an emulated board, or the port of a board.
#[derive(Debug, Clone)]
struct TargetParser;

impl TypedValueParser for TargetParser {
    type Value = ConformTarget;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        typed: &std::ffi::OsStr,
    ) -> Result<ConformTarget, clap::Error> {
        if let Some(port) = typed.to_str().and_then(|typed| typed.parse().ok()) {
            return Ok(ConformTarget::Board(port));
        }
        let name = PossibleValuesParser::new(named()).parse_ref(command, argument, typed)?;
        let emulated = EMULATED.iter().find(|(board, _)| *board == name);
        Ok(match (Target::named(&name), emulated) {
            (Some(target), _) => ConformTarget::One(target),
            (None, Some((board, _))) => ConformTarget::Emulated(board),
            (None, None) => ConformTarget::All,
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let ports = [("usb", "The board that is plugged in"), ("serial:PATH", "A board"), ("tcp:HOST:PORT", "A board")];
        Some(Box::new(named().chain(ports.map(|(name, about)| PossibleValue::new(name).help(about)))))
    }
}

fn named() -> impl Iterator<Item = PossibleValue> {
    let all = ("all", "The firmware in QEMU on every processor");
    let others = [all].into_iter().chain(EMULATED).map(|(name, about)| PossibleValue::new(name).help(about));
    possible_values::<Target>().chain(others)
}
