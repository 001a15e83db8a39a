//! What an encoder costs on a device, and what a training step costs here.

use std::path::PathBuf;

use clap::Args;
use dim_host::conform::Target;

use super::choice::choice;
use super::learning::StepArgs;

/// `dim bench`
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// A .dim file: count its instructions on a processor in QEMU, layer by layer
    #[arg(conflicts_with = "train")]
    pub(crate) file: Option<PathBuf>,
    /// The processor for FILE
    #[arg(long, value_parser = choice::<Target>(), default_value = Target::CortexM4.name(), conflicts_with = "train")]
    pub(crate) target: Target,
    /// Source of the firmware for FILE, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER", conflicts_with = "train")]
    pub(crate) firmware: Option<PathBuf>,
    /// Measure training steps, on random pixels
    #[arg(long, required_unless_present = "file")]
    pub(crate) train: bool,
    /// Which steps.
    #[command(flatten)]
    pub(crate) step: StepArgs,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
