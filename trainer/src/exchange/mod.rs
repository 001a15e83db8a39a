//! Encoders in the files of other programs. Nothing here knows burn.
//!
//! `docs/EXCHANGE.md` says what is mapped to what, and why the result is exact.

pub mod torch;
