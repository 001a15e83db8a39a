//! From a run to a `.dim` file.

use std::path::PathBuf;

use clap::Args;
use dim_trainer::quantize::Observer;
use dim_trainer::settings::WeightBits;

use crate::arguments::ReadingArgs;
use crate::arguments::choice::choice;
use crate::arguments::encoder_weights::EncoderWeights;
use crate::arguments::on_device::OnDevice;
use crate::arguments::rounding::RoundingMode;

/// `dim quantize`
#[derive(Debug, Args)]
pub(crate) struct QuantizeArgs {
    /// Run folder of `dim train`
    pub(crate) run: PathBuf,
    /// The .dim file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Which of the run's weights [default: whitened where the run ends so, else average where it keeps one, else last]
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) encoder_weights: Option<EncoderWeights>,
    /// Training images that the ranges of activations are observed on [default: 512]; a fine-tuned run has its ranges
    #[arg(long, value_name = "N")]
    pub(crate) calibration: Option<usize>,
    /// How the range of a tensor follows from them
    #[arg(long, value_parser = choice::<Observer>(), default_value = Observer::default().name())]
    pub(crate) observer: Observer,
    /// Estimate for N epochs how much float and int8 embeddings tell of their images, in nats; slow
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) information: usize,
    /// Data set, if not the one that the run was trained on
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<String>,
    /// Compare on the first N training images only
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// How the device brings sums to int8 [default: double, or the one a run was fine-tuned for]; `single` is slower,
    /// and for comparison with engines that were built with it
    #[arg(long, value_enum)]
    pub(crate) rounding: Option<RoundingMode>,
    /// Bits of the weights [default: int8, or those a run was fine-tuned with]
    #[arg(long, value_parser = choice::<WeightBits>())]
    pub(crate) weights: Option<WeightBits>,
    /// Add the critic that the encoder learned with, by which a device then judges what is novel; docs/NOVELTY.md
    #[arg(long)]
    pub(crate) critic: bool,
    /// Fail, and write nothing, if int8 loses more probe accuracy than this at the embedding
    #[arg(long, value_name = "FRACTION", default_value_t = 0.02, allow_negative_numbers = true)]
    pub(crate) budget: f64,
    #[command(flatten)]
    pub(crate) on: OnDevice,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
