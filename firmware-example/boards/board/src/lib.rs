//! What every board has in common. A board's own file sets its clocks, pins, flash and line up, and calls [`serve`].
#![no_std]

mod map;
mod mapped;
mod serve;
mod stop;

pub use map::{Map, Memory};
pub use mapped::Mapped;
pub use serve::{CLASSES, FRAME, MAP_VALUES, UNITS, serve};

#[doc(hidden)]
pub use {dim_runtime, static_cell};

use defmt_rtt as _;
