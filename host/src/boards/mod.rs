//! Boards that people own: their memory maps, whether an encoder fits, their firmware built, flashed and emulated. The folder
//! `firmware-example/boards` of the project's source has the firmware; it is in no package.

mod build;
mod elf;
mod emulator;
mod fit;
mod flash;
mod hex;
mod map;
mod uf2;

pub use build::Firmware;
pub use emulator::Emulator;
pub use fit::{Misfit, fits};
pub use flash::{Flashed, flash, hex_image, uf2_image};
pub use map::Map;
pub use uf2::{Family, write_uf2};
