//! `TFLite` files: the int8 format of TensorFlow Lite, LiteRT and TensorFlow Lite Micro.
//!
//! | file | what it knows |
//! |---|---|
//! | `flatbuffer` | how tables, vectors and strings become bytes |
//! | `schema` | which fields, operators and codes `TFLite` has |
//! | `subgraph` | tensors, buffers and operators, and the numbers that they get |
//! | `factors` | which float scales make `TFLite` compute our fixed-point factors |
//! | `geometry` | which of `TFLite`'s paddings and activations are ours |
//! | `export` | what each operator becomes |

mod error;
mod export;
mod factors;
mod flatbuffer;
mod geometry;
mod schema;
mod subgraph;

pub use error::{ExportError, Inexpressible};
pub use export::{OUTPUTS, export};
