//! The reference: naive loops, explicit padding, 64-bit integers.
//!
//! | here | is |
//! |---|---|
//! | [`run()`] | a whole graph, every tensor kept |
//! | [`proof()`] | the digest of its outputs for generated images |
//! | [`requantize()`] | from an accumulator to the output's scale |
//! | `operators` | one function for each operator |

mod activation;
mod arithmetic;
mod operators;
mod proof;
mod run;

pub use activation::Activation;
pub use arithmetic::{requantize, rounding_divide_by_pot, saturating_rounding_doubling_high_mul};
pub use proof::proof;
pub use run::run;
