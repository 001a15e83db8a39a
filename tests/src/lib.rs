//! Computes `.dim` encoders a second time, slowly and legibly, so that the fast way can be compared with it.
//!
//! The [`oracle`] shares no code with `dim-runtime`: it follows `docs/ARITHMETIC.md` in 64-bit integers
//! and in other formulas, so agreement to the last bit means something. It reads files through
//! `dim-model-format`, whose bytes are pinned by that crate's own tests.
//!
//! [`graphs`] builds the networks that kernels are measured on, [`draw`] the numbers in them, and [`benchmark`] packs
//! them for the firmware.

#![forbid(unsafe_code)]

pub mod benchmark;
pub mod draw;
pub mod graphs;
pub mod oracle;

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
