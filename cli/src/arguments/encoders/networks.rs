//! Networks before they are trained, and how to train them.

use clap::Args;
use dim_trainer::architecture::Preset;
use dim_trainer::settings::Recipe;

use crate::arguments::choice::choice;

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
