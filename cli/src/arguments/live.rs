//! A page that computes.

use std::path::PathBuf;

use clap::Args;

use super::ReadingArgs;

/// `dim look`
#[derive(Debug, Args)]
pub(crate) struct LiveArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// Folder of a data set, or `embedded`: images of it are the page's examples
    #[arg(long, value_name = "FOLDER")]
    pub(crate) images: Option<String>,
    /// Examples of each class, or in all where there are no classes
    #[arg(long, value_name = "N", default_value_t = 8, requires = "images")]
    pub(crate) count: usize,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Page to write [default: FILE with .html for .dim]
    #[arg(short, long, value_name = "PAGE")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
