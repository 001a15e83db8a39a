//! Encoders in the file formats of other engines. Nothing here knows burn.
//!
//! `docs/EXCHANGE.md` says what is mapped to what, and why the result is exact.

pub mod tflite;
pub mod torch;
