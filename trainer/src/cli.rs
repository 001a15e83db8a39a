//! The command line as the user types it; the doc comments are its help.

mod signing;

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use dim_model_format::Rounding;

use crate::conform::Target;
use crate::data::fetch::FetchName;
use crate::exchange::torch::{PerChannel, Rename};
use crate::model::{Precision, Preset};
use crate::quantize::{CALIBRATION, Observer, WeightBits};
use crate::training::Method;

pub use signing::{KeygenArgs, SignArgs, VerifyArgs};

/// Learn image representations without labels, and run them bit for bit on microcontrollers.
#[derive(Debug, Parser)]
#[command(name = "dim", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One command each.
#[derive(Debug, Subcommand)]
pub enum Command {
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

/// `dim demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// A smaller run of well under a minute, for a first look; its encoder is worse
    #[arg(long)]
    pub quick: bool,
    /// Folder for the run, encoder.dim and report.html
    #[arg(long, default_value = "demo")]
    pub out: PathBuf,
    /// Seed of initialisation, shuffling and probes
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N
    #[arg(long, default_value = "cpu")]
    pub device: String,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim data …`
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Download a data set and check every file's MD5
    Fetch(FetchArgs),
}

/// `dim data fetch`
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Which data set
    pub name: FetchName,
    /// Folder that the data set's own folder is made in
    #[arg(long, default_value = "data")]
    pub dir: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim train`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// TOML file with any of the settings that a run's config.toml shows
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What the encoder learns by
    #[arg(long)]
    pub method: Option<Method>,
    /// Encoder architecture; `dim inspect --presets` compares them
    #[arg(long)]
    pub preset: Option<Preset>,
    /// Folder of a data set, or `embedded` for the Fashion-MNIST subset in this program
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N; several, separated by commas, share every batch equally
    #[arg(long, visible_alias = "devices", value_name = "DEVICE", value_delimiter = ',', default_value = "cpu")]
    pub device: Vec<String>,
    /// What the layers of encoder and critics compute in
    #[arg(long)]
    pub precision: Option<Precision>,
    /// Passes over the training images
    #[arg(long)]
    pub epochs: Option<usize>,
    /// Seed of initialisation and shuffling
    #[arg(long)]
    pub seed: Option<u64>,
    /// Train on the first N images only, 0 for all
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Run folder to write
    #[arg(long, default_value = "runs/latest")]
    pub out: PathBuf,
    /// Replace a run that is in the run folder already
    #[arg(long)]
    pub overwrite: bool,
    /// Go on from the checkpoint in the run folder
    #[arg(long)]
    pub resume: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim finetune`
#[derive(Debug, Args)]
pub struct FinetuneArgs {
    /// Run folder of `dim train` to start from; it stays as it is
    pub run: PathBuf,
    /// Run folder to write; `dim train --resume` goes on with it, `dim quantize` makes the file that it was trained for
    #[arg(long)]
    pub out: PathBuf,
    /// Passes over the training images
    #[arg(long, default_value_t = 1)]
    pub epochs: usize,
    /// Adam's step size [default: a tenth of the run's]
    #[arg(long, value_name = "NUMBER")]
    pub learning_rate: Option<f64>,
    /// Training images that the ranges of activations are observed on, once, before it starts
    #[arg(long, value_name = "N", default_value_t = CALIBRATION)]
    pub calibration: usize,
    /// How the device brings sums to int8
    #[arg(long, value_enum, default_value_t)]
    pub rounding: RoundingMode,
    /// Bits of the device's weights
    #[arg(long, value_enum, default_value_t)]
    pub weights: WeightBits,
    /// Data set, if not the one that the run was trained on
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N; several, separated by commas, share every batch equally
    #[arg(long, visible_alias = "devices", value_name = "DEVICE", value_delimiter = ',', default_value = "cpu")]
    pub device: Vec<String>,
    /// Replace a run that is in the run folder already
    #[arg(long)]
    pub overwrite: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim evaluate`
#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// Run folder of `dim train`; or a .dim file whose outputs are scores of classes, to count how often the largest is right
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// What to compute
    #[arg(long, default_value = "quick")]
    pub suite: Suite,
    /// Data set, if not the one that the run was trained on
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Probe on the first N training images only
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Lengths of the paper suite's measures
    #[command(flatten)]
    pub paper: PaperArgs,
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N
    #[arg(long, default_value = "cpu")]
    pub device: String,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim compare`
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Run folders that `dim evaluate` has measured, all of one data set
    #[arg(required = true)]
    pub runs: Vec<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// How long the measures of `dim evaluate --suite probes|paper` learn.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Options of --suite paper, the first of --suite probes too")]
pub struct PaperArgs {
    /// Epochs of the MLP [default: 200, the paper's; its step size falls at the same shares of fewer]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub probe_epochs: Option<usize>,
    /// Labelled images that the encoder is fine-tuned with [default: 500]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub labels: Option<usize>,
    /// Epochs of fine-tuning [default: 100]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub fine_tune_epochs: Option<usize>,
    /// Epochs of the decoder that reconstructs images [default: 10]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub decoder_epochs: Option<usize>,
    /// Epochs of the critic that estimates mutual information [default: 20]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub critic_epochs: Option<usize>,
    /// Epochs of the critic that measures dependency [default: 200; the paper has 1000]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub dependency_epochs: Option<usize>,
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
pub enum Suite {
    /// k-NN and linear probe at every tap, beside raw pixels and the untrained encoder
    Quick,
    /// As well: the paper's MLP
    Probes,
    /// As well: SVM, five runs of linear classifiers, fine-tuning, reconstruction, mutual information and dependency; docs/EVALUATION.md
    Paper,
}

/// `dim quantize`
#[derive(Debug, Args)]
pub struct QuantizeArgs {
    /// Run folder of `dim train`
    pub run: PathBuf,
    /// The .dim file to write
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Training images that the ranges of activations are observed on [default: 512]; a fine-tuned run has its ranges
    #[arg(long, value_name = "N")]
    pub calibration: Option<usize>,
    /// How the range of a tensor follows from them
    #[arg(long, value_enum, default_value_t)]
    pub observer: Observer,
    /// Estimate for N epochs how much float and int8 embeddings tell of their images, in nats; slow
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub information: usize,
    /// Data set, if not the one that the run was trained on
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// Compare on the first N training images only
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// How the device brings sums to int8 [default: double, or the one a run was fine-tuned for]; `single` is slower,
    /// and for comparison with engines that were built with it
    #[arg(long, value_enum)]
    pub rounding: Option<RoundingMode>,
    /// Bits of the weights [default: int8, or those a run was fine-tuned with]
    #[arg(long, value_enum)]
    pub weights: Option<WeightBits>,
    /// Fail, and write nothing, if int8 loses more probe accuracy than this at the embedding
    #[arg(long, value_name = "FRACTION", default_value_t = 0.02, allow_negative_numbers = true)]
    pub budget: f64,
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N
    #[arg(long, default_value = "cpu")]
    pub device: String,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// The roundings of the file format.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum RoundingMode {
    /// As TensorFlow Lite Micro and CMSIS-NN round
    #[default]
    Double,
    /// As both do with the option of a single rounding
    Single,
}

impl From<RoundingMode> for Rounding {
    fn from(mode: RoundingMode) -> Self {
        match mode {
            RoundingMode::Double => Self::Double,
            RoundingMode::Single => Self::Single,
        }
    }
}

/// `dim inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The .dim file
    #[arg(required_unless_present = "presets")]
    pub file: Option<PathBuf>,
    /// List every preset with its images, parameters, work and memory instead
    #[arg(long, conflicts_with = "file")]
    pub presets: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim embed`
#[derive(Debug, Args)]
pub struct EmbedArgs {
    /// The .dim file
    pub file: PathBuf,
    /// Folder of a data set, or `embedded`
    #[arg(long, value_name = "FOLDER")]
    pub images: String,
    /// Which images of it, if not the test images or, where there are none, the training images
    #[arg(long)]
    pub split: Option<Split>,
    /// NumPy file to write: `[images, units]`
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Write the int8 codes of the device instead of real numbers (f32)
    #[arg(long)]
    pub codes: bool,
    /// Add to the file, if it is there, instead of replacing it; it must be of the same encoder
    #[arg(long)]
    pub append: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim prototypes`
#[derive(Debug, Args)]
pub struct PrototypesArgs {
    /// The .dim file
    pub file: PathBuf,
    /// Folder of a labelled data set, or `embedded`; classes are learned from its training images
    #[arg(long, value_name = "FOLDER")]
    pub images: String,
    /// File of prototypes to write; a firmware reads it with `dim_runtime::Prototypes`
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// One part of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Split {
    /// Images to learn from
    Train,
    /// Images held out
    Test,
    /// Images to learn from that have no classes, beside others that have them
    Unlabelled,
}

/// `dim conform`
#[derive(Debug, Args)]
pub struct ConformArgs {
    /// The .dim file
    pub file: PathBuf,
    /// What runs it beside the host
    #[arg(long, default_value = "host")]
    pub target: ConformTarget,
    /// Folder of a data set, or `embedded`; its test images are the cases
    #[arg(long, value_name = "FOLDER", default_value = "embedded")]
    pub images: String,
    /// Number of images
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub cases: u16,
    /// Source of the firmware, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER")]
    pub firmware: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim conform --target`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConformTarget {
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
pub struct BenchArgs {
    /// A .dim file: count its instructions on a processor in QEMU, layer by layer
    #[arg(conflicts_with = "train")]
    pub file: Option<PathBuf>,
    /// The processor for FILE
    #[arg(long, default_value = "cortex-m4", conflicts_with = "train")]
    pub target: Target,
    /// Source of the firmware for FILE, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER", conflicts_with = "train")]
    pub firmware: Option<PathBuf>,
    /// Measure training steps, on random pixels
    #[arg(long, required_unless_present = "file")]
    pub train: bool,
    /// TOML file with settings as for `dim train`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Encoder architecture
    #[arg(long)]
    pub preset: Option<Preset>,
    /// Images of a step
    #[arg(long, value_name = "N")]
    pub batch_size: Option<usize>,
    /// Steps to measure, after a few that do not count
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub steps: usize,
    /// Where to compute: cpu, flex, ndarray, cuda:N, wgpu:N or vulkan:N; several, separated by commas, share every batch equally
    #[arg(long, visible_alias = "devices", value_name = "DEVICE", value_delimiter = ',', default_value = "cpu")]
    pub device: Vec<String>,
    /// What the layers of encoder and critics compute in
    #[arg(long)]
    pub precision: Option<Precision>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The .dim file
    pub file: PathBuf,
    /// Which format to write
    #[arg(long)]
    pub format: ExportFormat,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// Formats of other engines; docs/EXCHANGE.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Int8 TensorFlow Lite, for TensorFlow Lite Micro and what reads its files
    Tflite,
}

/// `dim import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The .tflite file, quantized to int8; docs/EXCHANGE.md lists the operators that are read
    pub file: PathBuf,
    /// The .dim file to write
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}

/// `dim import-torch`
#[derive(Debug, Args)]
pub struct ImportTorchArgs {
    /// File of torch.save: a state_dict, a dictionary around one, or a module
    pub file: PathBuf,
    /// Print the names and shapes of the tensors in the file, and write nothing
    #[arg(long)]
    pub list: bool,
    /// Encoder architecture, which must be the file's; `dim inspect --presets` compares them
    #[arg(long, required_unless_present = "list")]
    pub preset: Option<Preset>,
    /// Folder of a data set, or `embedded`: what `dim evaluate` measures on and `dim quantize` calibrates with
    #[arg(long, value_name = "FOLDER", required_unless_present = "list")]
    pub data: Option<String>,
    /// Take only tensors that match, under another name; a * stands for any text; may be given several times.
    /// 'encoder.*=*' takes those of a part, 'fc.*=@3.*' and 'bn4.*=@3.norm.*' say which layer they are, where their
    /// order does not
    #[arg(long, value_name = "PATTERN=NAME")]
    pub map: Vec<Rename>,
    /// Means that pixels in [0, 1] were normalized with, one or one for each channel: 0.5 or 0.49,0.48,0.45
    #[arg(long, requires = "std", value_name = "NUMBERS")]
    pub mean: Option<PerChannel>,
    /// Deviations that they were divided by
    #[arg(long, requires = "mean", value_name = "NUMBERS")]
    pub std: Option<PerChannel>,
    /// Run folder to write
    #[arg(short, long, value_name = "RUN", required_unless_present = "list")]
    pub out: Option<PathBuf>,
    /// Replace a run that is in the run folder already
    #[arg(long)]
    pub overwrite: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub json: bool,
}
