//! Operators as plain functions on slices.
//!
//! `portable` is the definition; a kernel for an instruction set must equal it to the bit.
//!
//! Nothing here panics. What `Model::parse` has checked is checked again where the compiler cannot know it, as by `get`,
//! and `None` is the result where it does not hold. Lengths of chunks, which cannot be zero, are written `.max(1)`.

#[cfg(dim_armv6m)]
mod armv6m;
#[cfg(dim_armv7m)]
mod armv7m;
#[cfg(not(feature = "std"))]
mod compiled;
pub(crate) mod depthwise3x3;
#[cfg(dim_dsp)]
mod dsp;
#[cfg(feature = "std")]
mod host;
pub(crate) mod lookup;
#[cfg(dim_mve)]
pub(crate) mod mve;
pub(crate) mod paired;
pub(crate) mod portable;
#[cfg(dim_riscv32)]
mod riscv32;

#[cfg(dim_armv6m)]
use armv6m as blocks;
#[cfg(dim_armv7m)]
use armv7m as blocks;
#[cfg(dim_dsp)]
use dsp as blocks;
#[cfg(not(any(dim_armv6m, dim_armv7m, dim_dsp, dim_riscv32)))]
use portable::blocks;
#[cfg(dim_riscv32)]
use riscv32 as blocks;

#[cfg(not(feature = "std"))]
pub(crate) use compiled::InstructionSet;
#[cfg(all(not(dim_mve), not(feature = "std")))]
use depthwise3x3::depthwise_conv2d;
#[cfg(feature = "std")]
pub use host::InstructionSet;
#[cfg(all(dim_mve, not(feature = "std")))]
use mve::{conv2d, depthwise_conv2d, fully_connected};
#[cfg(all(not(dim_mve), not(feature = "std")))]
use paired::{conv2d, fully_connected};
