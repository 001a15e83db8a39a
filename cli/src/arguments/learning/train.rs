//! Commands that an encoder learns by.

use std::path::PathBuf;

use clap::Args;
use dim_trainer::quantize::CALIBRATION;
use dim_trainer::settings::{Method, Precision, Recipe, WeightBits};

use super::EncoderArgs;
use crate::arguments::ReadingArgs;
use crate::arguments::choice::choice;
use crate::arguments::on_device::{OnDevice, OnDevices};
use crate::arguments::rounding::RoundingMode;

/// `dim demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// A smaller run of well under a minute, for a first look; its encoder is worse
    #[arg(long)]
    pub(crate) quick: bool,
    /// Folder for the run, encoder.dim and report.html
    #[arg(long, default_value = "demo")]
    pub(crate) out: PathBuf,
    /// Seed of initialisation, shuffling and probes
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) on: OnDevice,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim train`
#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// TOML file with any of the settings that a run's config.toml shows; what it leaves out has the paper's value, or that
    /// of the recipe that it names
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Settings that go together [default: the best for the preset]; `dim encoders recipe NAME` prints them
    #[arg(long, value_parser = choice::<Recipe>(), conflicts_with = "config")]
    pub(crate) recipe: Option<Recipe>,
    /// What the encoder learns by
    #[arg(long, value_parser = choice::<Method>())]
    pub(crate) method: Option<Method>,
    /// Which encoder
    #[command(flatten)]
    pub(crate) encoder: EncoderArgs,
    /// Folder of a data set, or `embedded` for the Fashion-MNIST subset in this program
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<String>,
    #[command(flatten)]
    pub(crate) on: OnDevices,
    /// What the layers of encoder and critics compute in
    #[arg(long, value_parser = choice::<Precision>())]
    pub(crate) precision: Option<Precision>,
    /// Passes over the training images
    #[arg(long)]
    pub(crate) epochs: Option<usize>,
    /// Images of a step
    #[arg(long, value_name = "N")]
    pub(crate) batch_size: Option<usize>,
    /// Seed of initialisation and shuffling
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Train on the first N images only, 0 for all
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Run folder to write
    #[arg(long, default_value = "runs/latest")]
    pub(crate) out: PathBuf,
    /// Replace a run that is in the run folder already
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Go on from the checkpoint in the run folder
    #[arg(long)]
    pub(crate) resume: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dim finetune`
#[derive(Debug, Args)]
pub(crate) struct FinetuneArgs {
    /// Run folder of `dim train` to start from; it stays as it is
    pub(crate) run: PathBuf,
    /// Run folder to write; `dim train --resume` goes on with it, `dim quantize` makes the file that it was trained for
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// Passes over the training images
    #[arg(long, default_value_t = 1)]
    pub(crate) epochs: usize,
    /// Images of a step [default: as many as the run's]
    #[arg(long, value_name = "N")]
    pub(crate) batch_size: Option<usize>,
    /// Adam's step size [default: a tenth of the run's]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) learning_rate: Option<f64>,
    /// Training images that the ranges of activations are observed on, once, before it starts
    #[arg(long, value_name = "N", default_value_t = CALIBRATION)]
    pub(crate) calibration: usize,
    /// How the device brings sums to int8
    #[arg(long, value_enum, default_value_t)]
    pub(crate) rounding: RoundingMode,
    /// Bits of the device's weights
    #[arg(long, value_parser = choice::<WeightBits>(), default_value = WeightBits::default().name())]
    pub(crate) weights: WeightBits,
    /// Data set, if not the one that the run was trained on
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<String>,
    #[command(flatten)]
    pub(crate) on: OnDevices,
    /// Replace a run that is in the run folder already
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
