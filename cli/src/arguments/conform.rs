//! Commands that run an encoder on devices.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use dim_host::choice::Choice;
use dim_host::conform::Target;

use super::ReadingArgs;
use super::choice::possible_values;

/// `dim conform`
#[derive(Debug, Args)]
pub(crate) struct ConformArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// What runs it beside the host
    #[arg(long, value_parser = ConformTarget::parser(), default_value = Target::Host.name())]
    pub(crate) target: ConformTarget,
    /// Folder of a data set, or `embedded`; its test images are the cases
    #[arg(long, value_name = "FOLDER", default_value = "embedded")]
    pub(crate) images: String,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Number of images
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) cases: u16,
    /// Source of the firmware, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER")]
    pub(crate) firmware: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim conform --target`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConformTarget {
    /// This machine or one processor.
    One(Target),
    /// Every processor.
    All,
}

impl ConformTarget {
    /// Reads the name of a processor, or `all`.
    fn parser() -> impl TypedValueParser<Value = Self> {
        let all = PossibleValue::new("all").help("The firmware in QEMU on every processor");
        PossibleValuesParser::new(possible_values::<Target>().chain([all]))
            .map(|name| Target::named(&name).map_or(Self::All, Self::One))
    }
}
