//! What is unlike normal images.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::ReadingArgs;

/// `dim novelty`
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["normal", "judge", "compare"]))]
pub(crate) struct NoveltyArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// Learn from the training images of this folder of a data set, or `embedded`: of ten, nine are counted, and one sets the
    /// threshold
    #[arg(long, value_name = "FOLDER", requires = "out")]
    pub(crate) normal: Option<String>,
    /// File of statistics to write
    #[arg(short, long, value_name = "FILE", requires = "normal", conflicts_with_all = ["judge", "compare"])]
    pub(crate) out: Option<PathBuf>,
    /// Judge the test images of this folder or, where there are none, the training images
    #[arg(long, value_name = "FOLDER", requires = "statistics")]
    pub(crate) judge: Option<String>,
    /// File of statistics to judge by
    #[arg(long, value_name = "FILE", requires = "judge", conflicts_with_all = ["normal", "compare"])]
    pub(crate) statistics: Option<PathBuf>,
    /// Learn from the training images of this folder and judge its test images, by the local feature map, by the embedding and
    /// by the pixels; each class in turn, if none is named
    #[arg(long, value_name = "FOLDER")]
    pub(crate) compare: Option<String>,
    /// A class whose images are normal; all others are strange, unless some are named
    #[arg(long, value_name = "NAME")]
    pub(crate) normal_class: Vec<String>,
    /// A class whose images are strange; all others are normal, unless some are named
    #[arg(long, value_name = "NAME")]
    pub(crate) strange_class: Vec<String>,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Page to write, with the maps of some images that were judged
    #[arg(long, value_name = "FILE", requires = "judge", conflicts_with_all = ["normal", "compare"])]
    pub(crate) report: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
