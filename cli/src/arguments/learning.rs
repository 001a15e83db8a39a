//! Commands that learn.

mod compare;
mod encoder;
mod import_torch;
mod quantize;
mod serve;
mod step;
mod train;

use clap::Subcommand;

pub(crate) use compare::CompareArgs;
pub(crate) use encoder::EncoderArgs;
pub(crate) use import_torch::ImportTorchArgs;
pub(crate) use quantize::QuantizeArgs;
pub(crate) use serve::ServeArgs;
pub(crate) use step::StepArgs;
pub(crate) use train::{DemoArgs, FinetuneArgs, TrainArgs};

/// One command each.
#[derive(Debug, Subcommand)]
pub(crate) enum Learning {
    /// The whole path on the embedded data: train, evaluate, quantize, verify, report
    Demo(DemoArgs),
    /// Train an encoder; writes a run folder with a report.html
    Train(TrainArgs),
    /// Train on in the device's integer arithmetic, so that the encoder makes up for its rounding
    Finetune(FinetuneArgs),
    /// Turn a trained encoder into an int8 .dim file
    Quantize(QuantizeArgs),
    /// Print the paper's table with runs of one's own beside
    Compare(CompareArgs),
    /// Make a run folder out of weights from PyTorch, to be evaluated and quantized
    ImportTorch(ImportTorchArgs),
    /// Lend a device of this machine to others, which train on it
    ///
    /// Both machines have the file that the environment variable DIM_SECRET names; `dim keygen -o secret.pem` makes one.
    Serve(ServeArgs),
}
