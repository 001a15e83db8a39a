//! An encoder for programs of C: a static library for a processor, its header, the encoder as an array, and what CMake, pkg-config,
//! Zephyr and the Arduino IDE want beside them. All but the encoder comes from the folder `capi` of the project's source.

mod archive;
mod build;
mod encoder;
mod files;
mod symbols;
mod target;
mod zip;

pub use build::CLibrary;
