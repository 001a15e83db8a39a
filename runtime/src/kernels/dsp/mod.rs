//! Blocks for Armv7E-M and Armv8-M with the DSP extension: Cortex-M4, M7, M33.
//!
//! `SMLAD` multiplies two pairs of 16-bit numbers and adds both products, `SXTB16` widens bytes 0 and 2 of a word, and
//! bytes 1 and 3 if it is rotated by 8 first, `SXTAB16` adds to what it widens. `docs/PERFORMANCE.md` counts the loops.

#![expect(unsafe_code, reason = "instructions that Rust has no stable name for")]

/// Tells the assembler that the DSP extension is there, which it does not learn from the processor in Armv8-M.
#[cfg(dim_armv8)]
macro_rules! instructions {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(not(dim_armv8))]
macro_rules! instructions {
    () => {
        ""
    };
}

mod depthwise;
mod expand;
mod tile;
mod vector;
#[cfg(not(dim_mve))]
pub(crate) mod winograd;
mod zero_point;

pub(crate) use depthwise::{columns, depthwise};
pub(crate) use expand::{copy, expand_rows, expand_vector};
pub(crate) use tile::tile;
pub(crate) use vector::multiply_vector;
