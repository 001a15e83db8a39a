//! The command line as the user types it; the doc comments are its help.

mod conform;
mod data;
mod encoder_file;
mod evaluate;
mod exchange;
mod quantize;
mod signing;
mod train;

use clap::{Parser, Subcommand};

pub(crate) use conform::{BenchArgs, ConformArgs, ConformTarget};
pub(crate) use data::{DataCommand, FetchArgs};
pub(crate) use encoder_file::{EmbedArgs, InspectArgs, PrototypesArgs, Split};
pub(crate) use evaluate::{CompareArgs, EvaluateArgs, PaperArgs, Suite};
pub(crate) use exchange::{ExportArgs, ExportFormat, ImportArgs, ImportTorchArgs};
pub(crate) use quantize::{QuantizeArgs, RoundingMode};
pub(crate) use signing::{KeygenArgs, SignArgs, VerifyArgs};
pub(crate) use train::{DemoArgs, FinetuneArgs, TrainArgs};

/// Learn image representations without labels, and run them bit for bit on microcontrollers.
#[derive(Debug, Parser)]
#[command(name = "dim", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One command each.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole path on the embedded data: train, evaluate, quantize, verify, report
    Demo(DemoArgs),
    /// Get data sets
    #[command(subcommand)]
    Data(DataCommand),
    /// Train an encoder; writes a run folder with a report.html
    Train(TrainArgs),
    /// Train on in the device's integer arithmetic, so that the encoder makes up for its rounding
    Finetune(FinetuneArgs),
    /// Measure a trained encoder, on the screen and in the run's report.html and evaluation.json; or a .dim file as a classifier
    Evaluate(EvaluateArgs),
    /// Print the paper's table with runs of one's own beside
    Compare(CompareArgs),
    /// Turn a trained encoder into an int8 .dim file
    Quantize(QuantizeArgs),
    /// Show what is in a .dim file, or compare the presets
    Inspect(InspectArgs),
    /// Compute embeddings with a .dim file on this machine
    Embed(EmbedArgs),
    /// Make classes for a device: the mean embedding of each class of a labelled set
    Prototypes(PrototypesArgs),
    /// Check a .dim file bit for bit: host runtime, independent oracle and device
    Conform(ConformArgs),
    /// Measure the speed of training, or count what an encoder costs on a device
    Bench(BenchArgs),
    /// Write a .dim file in another engine's format, equal to it in every output byte
    Export(ExportArgs),
    /// Make a .dim file of an int8 .tflite file, equal to it in every int8 byte
    Import(ImportArgs),
    /// Make a run folder out of weights from PyTorch, to be evaluated and quantized
    ImportTorch(ImportTorchArgs),
    /// Make a pair of keys to sign with
    Keygen(KeygenArgs),
    /// Sign a .dim file
    Sign(SignArgs),
    /// Check who signed a .dim file
    Verify(VerifyArgs),
}
