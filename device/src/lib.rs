//! What a device does with a `.dim` encoder beside inference: classes that it learns, images that are novel, encoders that it
//! receives; all of it kept in flash through power cuts, and asked for by the messages of dim-link over any line of bytes.
//!
//! No allocation, no floats, no `unsafe`. Sizes are constants of the firmware: units of an embedding, classes, bytes of a
//! frame. What a board has to bring is small: a flash ([`MappedFlash`]), a clock and a name ([`Board`]), and a loop that hands
//! bytes to [`Service::feed`].
//!
//! | module | is |
//! |---|---|
//! | [`store`] | records in flash, whole or not at all, whatever cuts the power |
//! | [`classes`] | heads that learn classes from embeddings: nearest mean, nearest neighbours, linear |
//! | [`novelty`] | how far an image's local feature map is from those of normal images |
//! | [`update`] | two slots for encoders: received, checked, proven, committed; or the old one runs |
//! | [`service`] | answers the messages |
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

pub mod classes;
mod flash;
pub mod novelty;
pub mod service;
#[cfg(any(test, feature = "simulation"))]
pub mod simulated_flash;
pub mod store;
pub mod update;

pub use flash::{MappedFlash, Regions};
pub use service::{Board, Service};

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
