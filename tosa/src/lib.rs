//! TOSA files: the operator set that Arm, MLIR and their compilers share, as its reference model reads it.
//!
//! [`export()`] writes a `.dim` file's encoder as a graph of TOSA 1.0, to the bit or not at all. `docs/EXCHANGE.md` says what
//! becomes of which operator, and why the result is exact.
//!
//! | module | what it knows |
//! |---|---|
//! | `schema` | which fields, operators and codes TOSA has |
//! | `block` | tensors, shapes and operators that are written |
//! | `scale` | TOSA's factors, where they are ours |
//! | `window` | TOSA's windows, which must end where the input does |
//! | `export` | what each operator of ours becomes |

#![forbid(unsafe_code)]

mod block;
mod error;
mod export;
mod scale;
mod schema;
mod window;

pub use error::{ExportError, Inexpressible};
pub use export::export;

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
