//! Trains Deep InfoMax encoders, evaluates them, quantizes them and writes `.dim` files.
//!
//! The path of one image set, folder by folder: [`data`] reads it, [`model`] and [`objective`] say
//! what is learned, [`training`] learns it. burn is known to `model`, `objective` and `training` only, and to `fused`, which
//! is some of its operators for the CPU.

#![forbid(unsafe_code)]

mod allocator;
pub mod cli;
pub mod commands;
pub mod conform;
pub mod data;
pub mod device;
pub mod embeddings;
pub mod evaluation;
pub mod exchange;
mod fused;
mod hexadecimal;
pub mod model;
mod npy_header;
pub mod objective;
pub mod persist;
pub mod quantize;
pub mod report;
pub mod signing;
pub mod training;
