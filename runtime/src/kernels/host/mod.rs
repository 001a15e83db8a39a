//! Kernels for workstations: for instructions that the processor is found to have when the program runs.
//!
//! | module | instructions | multiplies |
//! |---|---|---|
//! | `avx2` | x86-64 with AVX2 | pairs of 16-bit numbers, `VPMADDWD` |
//! | `avx512vnni` | x86-64 with AVX-512 F, BW, VL and VNNI | fours of a u8 and an int8 number, `VPDPBUSD` |
//! | `neon` | aarch64 | a 16-bit number with four others, `SMLAL` |
//! | `dotprod` | aarch64 with the dot product | fours of int8 numbers, `SDOT` |
//!
//! Weights are rearranged once for an encoder. Convolutions, fully connected layers and additions of every shape and with
//! every factor have kernels here; of means, products, tables and concatenations every processor has the same.

#![cfg_attr(
    not(any(target_arch = "x86_64", target_arch = "aarch64")),
    allow(dead_code, unused_imports, reason = "no kernels of its own")
)]

mod add;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512vnni;
mod band;
mod block;
mod convolution;
mod depthwise;
#[cfg(target_arch = "aarch64")]
mod dotprod;
mod filter;
mod fully_connected;
mod instruction_set;
mod instructions;
mod kernels;
mod memory;
#[cfg(target_arch = "aarch64")]
mod neon;
mod pooling;
mod row;
mod stages;
mod sum;
#[cfg(test)]
mod tests;
mod tile;
mod transforms;
mod winograd;

pub use instruction_set::InstructionSet;
pub(crate) use kernels::Kernels;
