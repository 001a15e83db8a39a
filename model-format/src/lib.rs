//! The `.dim` file: a quantized encoder that is used in place from flash.
//!
//! A file holds a small graph of int8 operators, their weights, and everything needed to reproduce
//! its outputs to the bit: shapes, scales, fixed-point multipliers, the preprocessing of pixels and
//! the plan of the activation memory. The bytes are specified in `docs/FORMAT.md`, the arithmetic in
//! `docs/ARITHMETIC.md`.
//!
//! [`Model::parse`] borrows everything and checks everything, once; afterwards nothing can fail:
//!
//! ```
//! use dim_model_format::{About, Clamp, Filter, Model, ModelBuilder, Quantization, Shape, TapKind};
//!
//! let mut builder = ModelBuilder::new(About::named("tiny"), Shape::new(1, 1, 4));
//! let filter = Filter { weights: vec![1; 8], bias: vec![0; 2], multiplier: vec![1 << 30; 2], shift: vec![0; 2] };
//! let quantization = Quantization { scale: 0.5, zero_point: 0 };
//! let y = builder.fully_connected(builder.input(), Clamp::NONE, &filter, quantization);
//! builder.tap(TapKind::Embedding, y);
//! let file = builder.finish()?;
//!
//! let model = Model::parse(&file)?;
//! assert_eq!(model.tensor(y).shape, Shape::new(1, 1, 2));
//! assert_eq!(model.macs(), 8);
//! # Ok::<(), dim_model_format::Error>(())
//! ```
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `alloc` | no | `ModelBuilder` and `prove`, the writer, `write_prototypes`, and `Model::computed_identity` |
//! | `signature` | no | `sign` and `verify`: who made a file |
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]

#[cfg(feature = "alloc")]
extern crate alloc;

mod axis;
mod error;
mod features;
mod filter_layout;
mod graph;
mod identity;
mod layout;
mod model;
mod needs;
mod node;
mod operators;
mod overlap;
mod parameters;
mod parse;
mod proof;
mod prototypes;
mod reader;
mod records;
#[cfg(feature = "signature")]
mod signature;
mod tensor;
mod validate;
mod version;
mod window;
mod wire;
#[cfg(feature = "alloc")]
mod write;

pub use axis::{Axis, NO_TENSOR};
pub use error::{Error, NodeError, TensorError};
pub use filter_layout::FilterLayout;
pub use graph::{About, Graph, Input, Preprocessing, Rounding, Tap, TapKind};
pub use identity::Identity;
pub use layout::{MAGIC, arena_bytes, file_bytes, scratch_bytes};
pub use model::Model;
pub use node::Node;
pub use operators::{Add, Clamp, Concatenation, Conv2d, FullyConnected, Lookup, Mean, Mul, Pool2d, Rescale};
pub use parameters::{Channel, Parameters};
pub use proof::{PROOF_IMAGES, ProofDigest, ProofPixels};
#[cfg(feature = "alloc")]
pub use prototypes::write_prototypes;
pub use prototypes::{Nearest, Prototypes, PrototypesError, mean_code, squared_difference};
pub use records::Records;
#[cfg(feature = "signature")]
pub use signature::{SIGNATURE_BYTES, SignatureError, sign, signer, verify};
pub use tensor::{Quantization, Shape, Tensor, TensorId};
pub use version::{FORMAT_MAJOR, FORMAT_MINOR};
pub use window::{Padding, Window};
#[cfg(feature = "alloc")]
pub use write::{Filter, ModelBuilder, prove};

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
