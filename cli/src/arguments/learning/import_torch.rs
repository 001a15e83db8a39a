//! Weights of PyTorch's.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use dim_trainer::exchange::torch::{PerChannel, Rename};

use super::EncoderArgs;

/// `dim import-torch`
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("architecture").args(["preset", "encoder", "list"]).multiple(true).required(true))]
pub(crate) struct ImportTorchArgs {
    /// File of torch.save: a state_dict, a dictionary around one, or a module
    pub(crate) file: PathBuf,
    /// Print the names and shapes of the tensors in the file, and write nothing
    #[arg(long)]
    pub(crate) list: bool,
    /// Which encoder, which must be the file's
    #[command(flatten)]
    pub(crate) encoder: EncoderArgs,
    /// Folder of a data set, or `embedded`: what `dim evaluate` measures on and `dim quantize` calibrates with
    #[arg(long, value_name = "FOLDER", required_unless_present = "list")]
    pub(crate) data: Option<String>,
    /// Take only tensors that match, under another name; a * stands for any text; may be given several times.
    /// 'encoder.*=*' takes those of a part, 'fc.*=@3.*' and 'bn4.*=@3.norm.*' say which layer they are, where their
    /// order does not
    #[arg(long, value_name = "PATTERN=NAME")]
    pub(crate) map: Vec<Rename>,
    /// Means that pixels in [0, 1] were normalized with, one or one for each channel: 0.5 or 0.49,0.48,0.45
    #[arg(long, requires = "std", value_name = "NUMBERS")]
    pub(crate) mean: Option<PerChannel>,
    /// Deviations that they were divided by
    #[arg(long, requires = "mean", value_name = "NUMBERS")]
    pub(crate) std: Option<PerChannel>,
    /// Run folder to write
    #[arg(short, long, value_name = "RUN", required_unless_present = "list")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a run that is in the run folder already
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
