//! A device at the other end of a line.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dim_host::device::Port;

use super::{CasesArgs, ReadingArgs};

/// `dim device`
#[derive(Debug, Args)]
pub(crate) struct DeviceArgs {
    /// Where the device is: usb for a board that is plugged in, serial:PATH, or tcp:HOST:PORT
    pub(crate) port: Port,
    /// Bits a second of a UART; USB takes no notice
    #[arg(long, global = true, default_value_t = 115_200)]
    pub(crate) baud: u32,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to ask of it
    #[command(subcommand)]
    pub(crate) action: DeviceAction,
}

/// One request, or as many as there are images.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceAction {
    /// Ask what it is, and which encoder it runs
    Hello,
    /// Let it compare its outputs with the encoder's proof
    Prove,
    /// Compute embeddings on it
    Embed(DeviceEmbedArgs),
    /// Teach it classes
    Learn(DeviceLearnArgs),
    /// Take images back that it has learned, as if they had never been shown
    Unlearn(DeviceLearnArgs),
    /// Ask for the classes of images
    Classify(DeviceImagesArgs),
    /// Let it forget a class
    Forget(DeviceForgetArgs),
    /// List the classes that it knows
    Classes,
    /// Teach it what is normal, and find what is not
    #[command(subcommand)]
    Novelty(DeviceNovelty),
    /// Give it another encoder, and start with it
    Update(DeviceUpdateArgs),
    /// Measure the time of an image on it
    Bench(DeviceBenchArgs),
    /// Compare every byte of embedding and feature map with what two engines compute here
    Conform(CasesArgs),
}

/// Images for a device.
#[derive(Debug, Args)]
pub(crate) struct DeviceImagesArgs {
    /// Folder of a data set, or `embedded`
    #[arg(long, value_name = "FOLDER")]
    pub(crate) images: String,
    /// At most so many of them
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<usize>,
    /// How the files are read
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}

/// `dim device PORT embed`
#[derive(Debug, Args)]
pub(crate) struct DeviceEmbedArgs {
    /// Of the test images or, where there are none, the training images
    #[command(flatten)]
    pub(crate) images: DeviceImagesArgs,
    /// NumPy file of int8 codes to write, as `dim embed --codes` does
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The .dim file that the device runs: compute the same here, and fail if a byte differs
    #[arg(long, value_name = "E.dim")]
    pub(crate) compare: Option<PathBuf>,
}

/// `dim device PORT learn` and `unlearn`
#[derive(Debug, Args)]
pub(crate) struct DeviceLearnArgs {
    /// Of the training images
    #[command(flatten)]
    pub(crate) images: DeviceImagesArgs,
    /// The class of all of them, if not their own
    #[arg(long, value_name = "NAME")]
    pub(crate) class: Option<String>,
}

/// `dim device PORT forget`
#[derive(Debug, Args)]
pub(crate) struct DeviceForgetArgs {
    /// Its name
    #[arg(required_unless_present = "all")]
    pub(crate) class: Option<String>,
    /// All classes, of another encoder too
    #[arg(long, conflicts_with = "class")]
    pub(crate) all: bool,
}

/// `dim device PORT novelty`
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceNovelty {
    /// Show it normal images, of ten of which nine are counted and one sets the threshold, and let it keep what is normal
    Learn(DeviceImagesArgs),
    /// Send it what `dim novelty --normal` has learned here, in place of what it has learned, and let it keep that
    Load(DeviceLoadArgs),
    /// Show it images, and list those that are not normal
    Judge(DeviceImagesArgs),
    /// Let it forget what is normal, of another encoder too
    Forget,
}

/// `dim device PORT novelty load`
#[derive(Debug, Args)]
pub(crate) struct DeviceLoadArgs {
    /// File of statistics, of the encoder that the device runs
    pub(crate) file: PathBuf,
}

/// `dim device PORT update`
#[derive(Debug, Args)]
pub(crate) struct DeviceUpdateArgs {
    /// The .dim file
    pub(crate) file: PathBuf,
    /// Leave the start to someone else: the encoder waits for it
    #[arg(long)]
    pub(crate) no_restart: bool,
}

/// `dim device PORT bench`
#[derive(Debug, Args)]
pub(crate) struct DeviceBenchArgs {
    /// How often an image is computed; the least time counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) runs: u16,
}
