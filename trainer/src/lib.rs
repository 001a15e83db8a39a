//! Trains Deep InfoMax encoders, evaluates them and quantizes them.
//!
//! The rooms of this floor from the bottom up; each uses those above it in the table, and never one below.
//!
//! | room | what it is |
//! |---|---|
//! | `line`, `spelling` | the line that a byte is in, and the word that was meant by one that is misspelt |
//! | [`architecture`] | encoders as data: layers, taps, what they cost, and the presets |
//! | [`settings`] | what a run is told, and which settings go together |
//! | `fused` | some of burn's operators in few passes over memory, for the CPU |
//! | [`model`] | the networks: encoder, critics, discriminators, predictors, decoder |
//! | [`exchange`] | the weights in files of other programs as the numbers of an encoder |
//! | [`objective`] | what is learned, as pure functions on tensors |
//! | [`evaluation`] | how good a representation is, judged by what learns from it |
//! | [`quantize`] | from a trained encoder to the integers of a `.dim` file, and what they cost |
//! | [`training`] | from images to a run folder: steps, losses, checkpoints |
//!
//! [`device`] opens what all of them compute on; `remote`, a feature, is what it opens devices of other machines by. `architecture`, `settings` and `exchange` do not use burn.

pub mod architecture;
pub mod device;
pub mod evaluation;
pub mod exchange;
mod fused;
mod line;
pub mod model;
pub mod objective;
pub mod quantize;
#[cfg(feature = "remote")]
mod remote;
pub mod settings;
mod spelling;
pub mod training;
