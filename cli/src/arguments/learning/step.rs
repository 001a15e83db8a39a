//! Training steps that are measured.

use std::path::PathBuf;

use clap::Args;
use dim_trainer::settings::Precision;

use super::EncoderArgs;
use crate::arguments::choice::choice;
use crate::arguments::on_device::OnDevices;

/// Options of `dim bench --train`.
#[derive(Debug, Args)]
pub(crate) struct StepArgs {
    /// TOML file with settings as for `dim train`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Which encoder
    #[command(flatten)]
    pub(crate) encoder: EncoderArgs,
    /// Images of a step
    #[arg(long, value_name = "N")]
    pub(crate) batch_size: Option<usize>,
    /// Steps to measure, after a few that do not count
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub(crate) steps: usize,
    #[command(flatten)]
    pub(crate) on: OnDevices,
    /// What the layers of encoder and critics compute in
    #[arg(long, value_parser = choice::<Precision>())]
    pub(crate) precision: Option<Precision>,
}
