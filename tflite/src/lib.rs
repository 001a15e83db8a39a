//! `.tflite` files, written and read: the int8 format of TensorFlow Lite, LiteRT and TensorFlow Lite Micro.
//!
//! [`export()`] writes a `.dim` file's encoder in it, [`import()`] makes a `.dim` file of one; both to the bit, or not at
//! all. `docs/EXCHANGE.md` says what is mapped to what, and why the result is exact. Nothing here knows burn, so that
//! hostile files can be thrown at the reader without it.
//!
//! | module | what it knows |
//! |---|---|
//! | `schema` | which fields, operators and codes `TFLite` has |
//! | `multiplier` | the fixed-point factor that `TFLite` makes of a real one |
//! | `fixed_point` | the arithmetic in which `TFLite` computes curves |
//! | `tables` | what `TFLite` makes of each of 256 numbers |
//! | `pixels` | what becomes of pixels that were standardized |
//! | `factors` | which float scales make `TFLite` compute our fixed-point factors |
//! | `geometry` | `TFLite`'s paddings and activations, and ours |
//! | `subgraph` | tensors, buffers and operators that are written, and the numbers that they get |
//! | `export` | what each operator of ours becomes |
//! | `import` | what each operator of `TFLite` becomes |

#![forbid(unsafe_code)]

mod error;
mod export;
mod factors;
mod fixed_point;
mod geometry;
mod import;
mod multiplier;
mod pixels;
mod schema;
mod subgraph;
mod tables;

pub use error::{ExportError, Inexpressible};
pub use export::{OUTPUTS, export};
pub use import::{ImportError, ImportOptions, Imported, InputError, LeftOut, Unsupported, import, import_with};
pub use multiplier::quantize_multiplier;
pub use pixels::Standardization;

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
