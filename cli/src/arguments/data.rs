//! Commands that get data.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dim_host::data::fetch::FetchName;

use super::choice::choice;

/// `dim data …`
#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Download a data set and check every file's MD5
    Fetch(FetchArgs),
}

/// `dim data fetch`
#[derive(Debug, Args)]
pub(crate) struct FetchArgs {
    /// Which data set
    #[arg(value_parser = choice::<FetchName>())]
    pub(crate) name: FetchName,
    /// Folder that the data set's own folder is made in
    #[arg(long, default_value = "data")]
    pub(crate) dir: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
