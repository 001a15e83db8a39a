//! Trains Deep InfoMax encoders, evaluates them and quantizes them.
//!
//! The path of one image set, folder by folder: `dim_host::data` reads it, [`model`] and [`objective`] say
//! what is learned, [`training`] learns it. burn is known to `model`, `objective` and `training` only, and to `fused`, which
//! is some of its operators for the CPU.

#![forbid(unsafe_code)]

pub mod architecture;
pub mod device;
pub mod evaluation;
pub mod exchange;
mod fused;
pub mod model;
pub mod objective;
pub mod quantize;
pub mod settings;
pub mod training;
