//! Options of every command that reads a data set.

use clap::Args;
use dim_host::data::Levels;

/// How the images of a data set are read.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ReadingArgs {
    /// Values of the files that become 0 and 255, those between them in proportion: 0:4095 for a sensor of 12 bits,
    /// 0:1 for real numbers
    #[arg(long, value_name = "LOW:HIGH", allow_hyphen_values = true)]
    pub(crate) levels: Option<Levels>,
    /// Count damaged pictures and go on without them
    #[arg(long)]
    pub(crate) skip_damaged: bool,
}
