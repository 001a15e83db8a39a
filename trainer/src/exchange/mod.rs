//! Encoders in the file formats of other engines. Nothing here knows burn.
//!
//! `docs/EXCHANGE.md` says what is mapped to what, and why the result is exact.

pub mod torch;

pub use dim_tflite as tflite;
