//! A workstation without burn: data sets, images encoded as a device does, stored embeddings, conformance, reports and
//! signatures.
//!
//! | module | is |
//! |---|---|
//! | [`data`] | images of data sets, read from disk, fetched, changed at random |
//! | [`representation`] | what an encoder says of them |
//! | [`embeddings`] | files of embeddings, and of classes for a device |
//! | [`conform`] | several engines on the same images, every byte compared |
//! | [`novelty`] | statistics of normal images, and images that are unlike them |
//! | [`device`] | a device at the other end of a line, asked by the messages of dim-link |
//! | [`boards`] | the firmware of boards that people own: whether an encoder fits, built, flashed, emulated |
//! | [`c_library`] | an encoder for programs of C: library, header, array, and packages of CMake, Zephyr and Arduino |
//! | [`choice`] | settings that are one of a few |
//! | [`signing`] | keys of signers |
//! | [`report`] | a page about a run |
//! | [`pickle`] | Python's pickles, of which nothing is run |
//! | [`persist`] | files that appear whole or not at all |

#![forbid(unsafe_code)]

pub mod boards;
pub mod c_library;
pub mod choice;
pub mod conform;
pub mod data;
pub mod device;
pub mod embeddings;
pub mod hexadecimal;
pub mod novelty;
mod npy;
pub mod persist;
pub mod pickle;
pub mod report;
pub mod representation;
pub mod signing;
mod toolchain;

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
