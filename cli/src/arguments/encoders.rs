//! Encoders that are there before one trains.

#[cfg(feature = "train")]
mod networks;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
#[cfg(feature = "train")]
pub(crate) use networks::{RecipeArgs, ShowEncoderArgs};

#[cfg(not(feature = "train"))]
use super::learning::LeftOut;
use crate::trained::TRAINED;

/// `dim encoders`
#[derive(Debug, Subcommand)]
pub(crate) enum EncodersCommand {
    /// List the trained encoders in this program, and what networks cost before they are trained
    List(ListEncodersArgs),
    /// Print the card of a trained encoder: data, recipe, accuracy, and what it costs on a device
    Card(CardArgs),
    /// Write the .dim file of a trained encoder
    Copy(CopyEncoderArgs),
    /// Print the description of a network, to be changed and trained with --encoder
    #[cfg(feature = "train")]
    Show(ShowEncoderArgs),
    /// Print the settings of a recipe, to be changed and trained with --config
    #[cfg(feature = "train")]
    Recipe(RecipeArgs),
    /// Left out of this build: print the description of a network
    #[cfg(not(feature = "train"))]
    Show(LeftOut),
    /// Left out of this build: print the settings of a recipe
    #[cfg(not(feature = "train"))]
    Recipe(LeftOut),
}

/// `dim encoders list`
#[derive(Debug, Args)]
pub(crate) struct ListEncodersArgs {
    /// Descriptions of one's own, which are checked and listed instead
    #[cfg(feature = "train")]
    pub(crate) files: Vec<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim encoders card`
#[derive(Debug, Args)]
pub(crate) struct CardArgs {
    /// The trained encoder
    #[arg(value_parser = names())]
    pub(crate) name: String,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim encoders copy`
#[derive(Debug, Args)]
pub(crate) struct CopyEncoderArgs {
    /// The trained encoder
    #[arg(value_parser = names())]
    pub(crate) name: String,
    /// The file to write [default: NAME.dim]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(TRAINED.iter().map(|encoder| encoder.name))
}
