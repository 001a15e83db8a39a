//! The command line as the user types it; the doc comments are its help.

mod bench;
mod choice;
mod conform;
mod data;
mod device;
mod encoder_file;
mod encoder_weights;
mod encoders;
mod evaluate;
mod exchange;
mod flash;
#[cfg(feature = "train")]
mod learning;
#[cfg(not(feature = "train"))]
#[path = "arguments/left_out.rs"]
mod learning;
mod live;
mod novelty;
mod on_device;
mod reading;
mod rounding;
mod signing;

use clap::{Parser, Subcommand};

pub(crate) use bench::BenchArgs;
pub(crate) use conform::{CasesArgs, ConformArgs, ConformTarget};
pub(crate) use data::{DataCommand, FetchArgs, LookArgs};
pub(crate) use device::{
    DeviceAction, DeviceArgs, DeviceEmbedArgs, DeviceImagesArgs, DeviceLearnArgs, DeviceNovelty, DeviceUpdateArgs,
};
pub(crate) use encoder_file::{EmbedArgs, InspectArgs, PrototypesArgs, Split};
#[cfg(feature = "train")]
pub(crate) use encoder_weights::EncoderWeights;
pub(crate) use encoders::{CardArgs, CopyEncoderArgs, EncodersCommand, ListEncodersArgs};
#[cfg(feature = "train")]
pub(crate) use encoders::{RecipeArgs, ShowEncoderArgs};
pub(crate) use evaluate::EvaluateArgs;
#[cfg(feature = "train")]
pub(crate) use evaluate::{PaperArgs, Suite};
pub(crate) use exchange::{ExportArgs, ExportFormat, ImportArgs};
pub(crate) use flash::FlashArgs;
pub(crate) use learning::Learning;
#[cfg(not(feature = "train"))]
pub(crate) use learning::LeftOut;
#[cfg(feature = "train")]
pub(crate) use learning::{
    CompareArgs, DemoArgs, EncoderArgs, FinetuneArgs, ImportTorchArgs, QuantizeArgs, ServeArgs, TrainArgs,
};
pub(crate) use live::LiveArgs;
pub(crate) use novelty::NoveltyArgs;
pub(crate) use reading::ReadingArgs;
pub(crate) use signing::{KeygenArgs, SignArgs, VerifyArgs};

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
    /// Those that learn, or look at what was learned before it is a `.dim` file.
    #[command(flatten)]
    Learning(Learning),
    /// Trained encoders that come with this program, and networks to train
    #[command(subcommand)]
    Encoders(EncodersCommand),
    /// Get data sets, or see what is read of one
    #[command(subcommand)]
    Data(DataCommand),
    /// Measure a trained encoder, on the screen and in the run's report.html and evaluation.json; or a .dim file as a classifier
    Evaluate(EvaluateArgs),
    /// Show what is in a .dim file, or compare the presets
    Inspect(InspectArgs),
    /// Compute embeddings with a .dim file on this machine
    Embed(EmbedArgs),
    /// Make classes for a device: the mean embedding of each class of a labelled set
    Prototypes(PrototypesArgs),
    /// Write a page that computes an encoder in the browser, where pictures and a camera are shown to it
    Look(LiveArgs),
    /// Learn what is normal from images, and find those that are not and where, as a device does
    Novelty(NoveltyArgs),
    /// Check a .dim file bit for bit: host runtime, independent oracle and device
    Conform(ConformArgs),
    /// Measure the speed of training, or count what an encoder costs on a device
    Bench(BenchArgs),
    /// Use a device that runs a firmware with dim-device: teach it, ask it, give it another encoder
    Device(DeviceArgs),
    /// Build a board's firmware with an encoder, and flash it
    Flash(FlashArgs),
    /// Write a .dim file in another engine's format, equal to it in every output byte
    Export(ExportArgs),
    /// Make a .dim file of an int8 .tflite file, equal to it in every int8 byte
    Import(ImportArgs),
    /// Make a pair of keys to sign with
    Keygen(KeygenArgs),
    /// Sign a .dim file
    Sign(SignArgs),
    /// Check who signed a .dim file
    Verify(VerifyArgs),
}
