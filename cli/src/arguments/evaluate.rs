//! Commands that measure what an encoder has learned.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ReadingArgs;
use super::encoder_weights::EncoderWeights;
use super::on_device::OnDevice;

/// `dim evaluate`
#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Run folder of `dim train`; or a .dim file whose outputs are scores of classes, to count how often the largest is right
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    /// What to compute
    #[arg(long, default_value = "quick")]
    pub(crate) suite: Suite,
    /// Which of the run's weights [default: whitened where the run ends so, else average where it keeps one, else last]
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(crate) encoder_weights: Option<EncoderWeights>,
    /// Data set, if not the one that the run was trained on
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<String>,
    /// Probe on the first N training images only
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Lengths of the paper suite's measures
    #[command(flatten)]
    pub(crate) paper: PaperArgs,
    #[command(flatten)]
    pub(crate) on: OnDevice,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// How long the measures of `dim evaluate --suite probes|paper` learn.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Options of --suite paper, the first of --suite probes too")]
pub(crate) struct PaperArgs {
    /// Epochs of the MLP [default: 200, the paper's; its step size falls at the same shares of fewer]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) probe_epochs: Option<usize>,
    /// Labelled images that the encoder is fine-tuned with [default: 500]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) labels: Option<usize>,
    /// Epochs of fine-tuning [default: 100]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) fine_tune_epochs: Option<usize>,
    /// Epochs of the decoder that reconstructs images [default: 10]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) decoder_epochs: Option<usize>,
    /// Epochs of the critic that estimates mutual information [default: 20]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) critic_epochs: Option<usize>,
    /// Epochs of the critic that measures dependency [default: 200; the paper has 1000]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) dependency_epochs: Option<usize>,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1 is needed".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}

/// What `dim evaluate` computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// k-NN and linear probe at every tap, beside raw pixels and the untrained encoder
    Quick,
    /// As well: the paper's MLP
    Probes,
    /// As well: SVM, five runs of linear classifiers, fine-tuning, reconstruction, mutual information and dependency; docs/EVALUATION.md
    Paper,
}
