//! Which encoder is meant.

use std::path::PathBuf;

use clap::Args;
use dim_trainer::architecture::Preset;

use crate::arguments::choice::choice;

/// An encoder that is not in the settings.
#[derive(Debug, Args)]
pub(crate) struct EncoderArgs {
    /// Encoder architecture by name; `dim encoders list` compares them
    #[arg(long, value_parser = choice::<Preset>())]
    pub(crate) preset: Option<Preset>,
    /// Encoder architecture in a TOML file; `dim encoders show edge28` prints one to begin with
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    pub(crate) encoder: Option<PathBuf>,
}
