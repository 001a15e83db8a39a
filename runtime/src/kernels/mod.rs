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
mod blocks;
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
mod scratch;
pub(crate) mod winograd;

#[cfg(not(feature = "std"))]
pub(crate) use compiled::Kernels;
#[cfg(feature = "std")]
pub use host::InstructionSet;
#[cfg(feature = "std")]
pub(crate) use host::Kernels;
