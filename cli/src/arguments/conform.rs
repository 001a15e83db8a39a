//! Commands that run an encoder on devices.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use dim_host::conform::Target;
use dim_trainer::model::{Precision, Preset};

/// `dim conform`
#[derive(Debug, Args)]
pub(crate) struct ConformArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// What runs it beside the host
    #[arg(long, default_value = "host")]
    pub(crate) target: ConformTarget,
    /// Folder of a data set, or `embedded`; its test images are the cases
    #[arg(long, value_name = "FOLDER", default_value = "embedded")]
    pub(crate) images: String,
    /// Number of images
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) cases: u16,
    /// Source of the firmware, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER")]
    pub(crate) firmware: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim conform --target`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConformTarget {
    /// This machine or one processor.
    One(Target),
    /// Every processor.
    All,
}

impl ValueEnum for ConformTarget {
    fn value_variants<'a>() -> &'a [Self] {
        use Target::{CortexM0plus, CortexM3, CortexM4, CortexM7, CortexM33, CortexM55, Host, Riscv32};
        &[
            Self::One(Host),
            Self::One(CortexM0plus),
            Self::One(CortexM3),
            Self::One(CortexM4),
            Self::One(CortexM7),
            Self::One(CortexM33),
            Self::One(CortexM55),
            Self::One(Riscv32),
            Self::All,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::One(target) => target.to_possible_value(),
            Self::All => Some(PossibleValue::new("all").help("The firmware in QEMU on every processor")),
        }
    }
}

/// `dim bench`
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// A .dim file: count its instructions on a processor in QEMU, layer by layer
    #[arg(conflicts_with = "train")]
    pub(crate) file: Option<PathBuf>,
    /// The processor for FILE
    #[arg(long, default_value = "cortex-m4", conflicts_with = "train")]
    pub(crate) target: Target,
    /// Source of the firmware for FILE, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER", conflicts_with = "train")]
    pub(crate) firmware: Option<PathBuf>,
    /// Measure training steps, on random pixels
    #[arg(long, required_unless_present = "file")]
    pub(crate) train: bool,
    /// TOML file with settings as for `dim train`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Encoder architecture
    #[arg(long)]
    pub(crate) preset: Option<Preset>,
    /// Images of a step
    #[arg(long, value_name = "N")]
    pub(crate) batch_size: Option<usize>,
    /// Steps to measure, after a few that do not count
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) steps: usize,
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N; several, separated by commas, share every batch equally
    #[arg(long, visible_alias = "devices", value_name = "DEVICE", value_delimiter = ',', default_value = "cpu")]
    pub(crate) device: Vec<String>,
    /// What the layers of encoder and critics compute in
    #[arg(long)]
    pub(crate) precision: Option<Precision>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
