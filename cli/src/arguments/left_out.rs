//! The commands that learn, in a program that was built without them: they are told by name.

use std::ffi::OsString;

use clap::{Args, Subcommand};

/// One command each.
#[derive(Debug, Subcommand)]
pub(crate) enum Learning {
    /// Left out of this build: the whole path on the embedded data
    Demo(LeftOut),
    /// Left out of this build: train an encoder
    Train(LeftOut),
    /// Left out of this build: train on in the device's integer arithmetic
    Finetune(LeftOut),
    /// Left out of this build: turn a trained encoder into an int8 .dim file
    Quantize(LeftOut),
    /// Left out of this build: print the paper's table with runs of one's own beside
    Compare(LeftOut),
    /// Left out of this build: make a run folder out of weights from PyTorch
    ImportTorch(LeftOut),
    /// Left out of this build: lend a device to other machines
    Serve(LeftOut),
}

/// Whatever was asked of it.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct LeftOut {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _arguments: Vec<OsString>,
}

/// Options of `dim bench --train`.
#[derive(Debug, Args)]
pub(crate) struct StepArgs {
    #[arg(long, hide = true)]
    _config: Option<OsString>,
    #[arg(long, hide = true)]
    _preset: Option<OsString>,
    #[arg(long, hide = true)]
    _encoder: Option<OsString>,
    #[arg(long, hide = true)]
    _batch_size: Option<OsString>,
    #[arg(long, hide = true)]
    _steps: Option<OsString>,
    #[arg(long, hide = true, visible_alias = "devices")]
    _device: Option<OsString>,
    #[arg(long, hide = true)]
    _precision: Option<OsString>,
}
