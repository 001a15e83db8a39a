//! What every board has in common. A board's own file sets its clocks, pins, flash and line up, and calls [`serve`].
#![no_std]

mod map;
mod mapped;
#[cfg(target_arch = "arm")]
mod named;
mod serve;
#[cfg(target_arch = "arm")]
mod stop;

pub use map::{Map, Memory, record};
pub use mapped::Mapped;
#[cfg(target_arch = "arm")]
pub use named::Named;
pub use serve::{FRAME, serve};

#[doc(hidden)]
pub use {dim_runtime, static_cell};

use defmt_rtt as _;
