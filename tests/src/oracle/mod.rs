//! The reference: naive loops, explicit padding, 64-bit integers.
//!
//! | here | is |
//! |---|---|
//! | [`run()`] | a whole graph, every tensor kept |
//! | [`proof()`] | the digest of its outputs for generated images |
//! | [`requantize()`] | from an accumulator to the output's scale |
//! | `operators`, `whole` | one function for each operator |

mod activation;
mod arithmetic;
mod operators;
mod outputs;
mod proof;
mod run;
mod whole;

pub use activation::Activation;
pub use arithmetic::{requantize, rounding_divide_by_pot, saturating_rounding_doubling_high_mul};
pub use proof::proof;
pub use run::run;
