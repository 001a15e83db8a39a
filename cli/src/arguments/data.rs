//! Commands about data sets.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dim_host::data::fetch::FetchName;
use dim_model_format::Shape;

use super::ReadingArgs;
use super::choice::choice;

/// `dim data …`
#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Download a data set and check every file's MD5
    Fetch(FetchArgs),
    /// Say what is read of a data set and what is not: images, classes, what is cut away, files that are passed over
    Look(LookArgs),
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

/// `dim data look`
#[derive(Debug, Args)]
pub(crate) struct LookArgs {
    /// Folder of a data set, or `embedded`
    #[arg(value_name = "FOLDER")]
    pub(crate) data: String,
    /// Images that an encoder takes: says what of each it leaves out
    #[arg(long, value_name = "HxWxC", value_parser = shape, conflicts_with = "encoder")]
    pub(crate) shape: Option<Shape>,
    /// The same for the encoder in a .dim file
    #[arg(long, value_name = "FILE")]
    pub(crate) encoder: Option<PathBuf>,
    /// Read the first N training images only, 0 for all
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) limit: usize,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Page to write, with a few images of each class
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Reads `28x28x1`.
fn shape(text: &str) -> Result<Shape, String> {
    let extents: Option<Vec<u16>> = text.split('x').map(|extent| extent.parse().ok().filter(|of| *of > 0)).collect();
    match extents.as_deref() {
        Some(&[height, width, channels]) => Ok(Shape::new(height, width, channels)),
        _ => Err("expected height, width and channels, such as 28x28x1".to_owned()),
    }
}
