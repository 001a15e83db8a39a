//! Runs beside the paper's.

use std::path::PathBuf;

use clap::Args;

/// `dim compare`
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Run folders that `dim evaluate` has measured, all of one data set
    #[arg(required = true)]
    pub(crate) runs: Vec<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
