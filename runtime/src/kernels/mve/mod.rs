//! Operators with weights for the M-profile vector extension (Helium): Cortex-M55 and M85.
//!
//! `VMLADAVA` multiplies 16 pairs of int8 numbers and adds all products to a register. A paired filter is taken apart
//! by `VLD2`; inputs are int8, in the order of the filter, and their zero point is taken off by a larger bias.
//! `docs/PERFORMANCE.md` counts the loop.

#![expect(unsafe_code, reason = "instructions that Rust has no stable name for")]

mod band;
mod conv2d;
mod depthwise;
mod fully_connected;
mod int4_tile;
mod tile;
mod vectors;

pub(crate) use conv2d::conv2d;
pub(crate) use depthwise::depthwise_conv2d;
pub(crate) use fully_connected::fully_connected;
pub(crate) use vectors::unpack;
