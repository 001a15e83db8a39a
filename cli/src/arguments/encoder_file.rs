//! Commands that show or use a `.dim` file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dim_host::representation::Views;

use super::ReadingArgs;
use super::choice::choice;

/// `dim inspect`
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The .dim file
    #[arg(required_unless_present = "presets")]
    pub(crate) file: Option<PathBuf>,
    /// List every preset with its images, parameters, work and memory instead
    #[arg(long, conflicts_with = "file")]
    pub(crate) presets: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim embed`
#[derive(Debug, Args)]
pub(crate) struct EmbedArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// Folder of a data set, or `embedded`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) images: String,
    /// Which images of it, if not the test images or, where there are none, the training images
    #[arg(long)]
    pub(crate) split: Option<Split>,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// NumPy file to write: `[images, units]`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Write the int8 codes of the device instead of real numbers (f32)
    #[arg(long)]
    pub(crate) codes: bool,
    /// Write the mean embedding of these views of each picture: it tells more, and takes as many times longer
    #[arg(long, value_parser = choice::<Views>(), value_name = "VIEWS", conflicts_with_all = ["codes", "append"])]
    pub(crate) mean_of: Option<Views>,
    /// Add to the file, if it is there, instead of replacing it; it must be of the same encoder
    #[arg(long)]
    pub(crate) append: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim prototypes`
#[derive(Debug, Args)]
pub(crate) struct PrototypesArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// Folder of a labelled data set, or `embedded`; classes are learned from its training images
    #[arg(long, value_name = "FOLDER")]
    pub(crate) images: String,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// File of prototypes to write; a firmware reads it with `dim_runtime::Prototypes`
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// One part of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Split {
    /// Images to learn from
    Train,
    /// Images held out
    Test,
    /// Images to learn from that have no classes, beside others that have them
    Unlabelled,
}
