//! Commands that read and write files of other programs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::rounding::RoundingMode;

/// `dim export`
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// Which format to write
    #[arg(long)]
    pub(crate) format: ExportFormat,
    /// The file to write; of a C library the folder
    #[arg(short, long, value_name = "PATH")]
    pub(crate) out: PathBuf,
    /// Processor of a C library: cortex-m4, host, or another one of capi/targets
    #[arg(long, required_if_eq("format", "c-library"))]
    pub(crate) target: Option<String>,
    /// The folder capi of the project's source, if it is not where this program was built
    #[arg(long, value_name = "FOLDER")]
    pub(crate) capi: Option<PathBuf>,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a file becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Int8 TensorFlow Lite, for TensorFlow Lite Micro and what reads its files
    Tflite,
    /// A graph of TOSA 1.0, for compilers that read it and for Arm's reference model
    Tosa,
    /// A folder for programs of C, CMake, Zephyr and Arduino, built for a processor; docs/C.md
    CLibrary,
}

/// `dim import`
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The .tflite file, quantized to int8; docs/EXCHANGE.md lists the operators that are read
    pub(crate) file: PathBuf,
    /// The .dim file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Means that were taken off pixels in 0..1 before they were quantized, one or one for each channel: 0.485,0.456,0.406
    #[arg(long, requires = "std", value_name = "NUMBERS", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) mean: Option<Vec<f32>>,
    /// Deviations that they were divided by then; the encoder takes plain pixels, and does both by a table
    #[arg(long, requires = "mean", value_name = "NUMBERS", value_delimiter = ',')]
    pub(crate) std: Option<Vec<f32>>,
    /// Which output to import where there are several: its name in the model's signature, or that of its tensor
    #[arg(long, value_name = "NAME")]
    pub(crate) output: Option<String>,
    /// How the engine rounds whose bytes the .dim file is to give
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub(crate) rounding: RoundingMode,
    /// Print one JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
