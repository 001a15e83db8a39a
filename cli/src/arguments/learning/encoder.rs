//! Which encoder is meant, and what there is.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dim_trainer::architecture::Preset;
use dim_trainer::settings::Recipe;

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

/// `dim encoders`
#[derive(Debug, Subcommand)]
pub(crate) enum EncodersCommand {
    /// Compare encoders before any is trained: shapes, parameters, work, and memory on a device
    List(ListEncodersArgs),
    /// Print the description of a preset, to be changed and trained with --encoder
    Show(ShowEncoderArgs),
    /// Print the settings of a recipe, to be changed and trained with --config
    Recipe(RecipeArgs),
}

/// `dim encoders list`
#[derive(Debug, Args)]
pub(crate) struct ListEncodersArgs {
    /// Descriptions of one's own, which are checked and listed instead of the presets
    pub(crate) files: Vec<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim encoders show`
#[derive(Debug, Args)]
pub(crate) struct ShowEncoderArgs {
    /// The preset
    #[arg(value_parser = choice::<Preset>())]
    pub(crate) name: Preset,
}

/// `dim encoders recipe`
#[derive(Debug, Args)]
pub(crate) struct RecipeArgs {
    /// The recipe
    #[arg(value_parser = choice::<Recipe>())]
    pub(crate) name: Recipe,
}
