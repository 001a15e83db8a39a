//! A board's firmware.

use std::path::PathBuf;

use clap::Args;

/// `dim flash`
#[derive(Debug, Args)]
pub(crate) struct FlashArgs {
    /// The board: pico over USB, pico-uart, or another of firmware-example/boards/maps
    pub(crate) board: String,
    /// The .dim file that it runs
    pub(crate) file: PathBuf,
    /// Write the image in place of flashing it: .uf2 for a Pico, .hex for a debugger that is a drive, or .elf
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Source of the firmware, if not the one beside this program's source
    #[arg(long, value_name = "FOLDER")]
    pub(crate) firmware: Option<PathBuf>,
}
