//! Commands that show or use a `.dim` file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `dim inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The .dim file
    #[arg(required_unless_present = "presets")]
    pub file: Option<PathBuf>,
    /// List every preset with its images, parameters, work and memory instead
    #[arg(long, conflicts_with = "file")]
    pub presets: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim embed`
#[derive(Debug, Args)]
pub struct EmbedArgs {
    /// The .dim file
    pub file: PathBuf,
    /// Folder of a data set, or `embedded`
    #[arg(long, value_name = "FOLDER")]
    pub images: String,
    /// Which images of it, if not the test images or, where there are none, the training images
    #[arg(long)]
    pub split: Option<Split>,
    /// NumPy file to write: `[images, units]`
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Write the int8 codes of the device instead of real numbers (f32)
    #[arg(long)]
    pub codes: bool,
    /// Add to the file, if it is there, instead of replacing it; it must be of the same encoder
    #[arg(long)]
    pub append: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim prototypes`
#[derive(Debug, Args)]
pub struct PrototypesArgs {
    /// The .dim file
    pub file: PathBuf,
    /// Folder of a labelled data set, or `embedded`; classes are learned from its training images
    #[arg(long, value_name = "FOLDER")]
    pub images: String,
    /// File of prototypes to write; a firmware reads it with `dim_runtime::Prototypes`
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// One part of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Split {
    /// Images to learn from
    Train,
    /// Images held out
    Test,
    /// Images to learn from that have no classes, beside others that have them
    Unlabelled,
}
