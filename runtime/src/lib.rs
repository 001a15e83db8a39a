//! Runs a `.dim` encoder on memory that the caller provides: integers only, no allocation but on a workstation (feature
//! `std`), the same bits on every machine.
//!
//! ```
//! # use dim_model_format::{About, Clamp, Filter, ModelBuilder, Quantization, Shape, TapKind};
//! # let mut builder = ModelBuilder::new(About::named("doc"), Shape::new(1, 1, 2));
//! # let filter = Filter { weights: vec![64, -64], bias: vec![0], multiplier: vec![1 << 30], shift: vec![-5] };
//! # let y = builder.fully_connected(builder.input(), Clamp::NONE, &filter, Quantization { scale: 1.0, zero_point: 0 });
//! # builder.tap(TapKind::Embedding, y);
//! # let file = builder.finish()?;
//! use dim_runtime::{Encoder, Model};
//!
//! // In a firmware: `dim_runtime::include_model!(FILE = "encoder.dim");`, a `static` arena of
//! // `Arena<{ dim_runtime::arena_bytes(FILE) }>`, and no `vec!`.
//! let model = Model::parse(&file)?;
//! let mut arena = vec![0; model.arena_bytes()];
//! let mut encoder = Encoder::new(&model, &mut arena)?;
//! let output = encoder.encode(&[255, 0])?;
//! assert_eq!(output.embedding().values, [127]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! After [`Model::parse`] and [`Encoder::new`], only an image of the wrong length can fail, or a fault of the memory
//! ([`Error::Changed`]). Nothing panics: a test reads that off a linked image. Each operator's arithmetic is specified in
//! `docs/ARITHMETIC.md`; the functions of `kernels/portable` define it in code.
//!
//! | memory | where | how much |
//! |---|---|---|
//! | the file | flash, in place | [`file_bytes`] |
//! | activations | [`Arena`] | [`arena_bytes`], stated in the file; with more, convolutions of 3x3 may be faster |
//! | stack | caller's | a kilobyte to one and a half, which hardly depends on the encoder |
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `plain`, `depthwise`, `int4`, `add`, `pool`, `mean`, `lookup`, `concatenation`, `mul` | yes | operators, each group of which takes code; paired ones are always there |
//! | `winograd` | yes | convolutions of 3x3 and stride 1 by tiles: the same bits from fewer instructions and 9 KB more code |
//! | `defmt` | no | `defmt::Format` for [`Error`] |
//! | `std` | no | kernels for what the processor is found to have, AVX2 or AVX-512 VNNI on x86-64, NEON or its dot product on aarch64. Every encoder allocates, when it is made, the weights of its convolutions in the order that these take them, and memory for its largest layer |
#![cfg_attr(not(test), no_std)]
#![warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]

#[cfg(feature = "std")]
extern crate std;

mod arena;
mod encoder;
mod error;
mod kernels;
mod operands;
mod requantize;
mod window;

pub use arena::Arena;
pub use dim_model_format::{
    Identity, Model, Nearest, Node, Prototypes, PrototypesError, Quantization, Shape, TapKind, Tensor, TensorId,
    arena_bytes, file_bytes, scratch_bytes,
};
pub use encoder::{Encoder, Output, Quantized};
pub use error::Error;
#[cfg(feature = "std")]
pub use kernels::InstructionSet;

/// Embeds a `.dim` file as a 16-byte aligned `static` byte slice named `$name`.
///
/// ```ignore
/// dim_runtime::include_model!(ENCODER = "encoder.dim");
/// let model = Model::parse(ENCODER)?;
/// ```
///
/// A large encoder goes into a section of its own, which the linker script places in external flash:
///
/// ```ignore
/// dim_runtime::include_model!(ENCODER = "encoder.dim", section = ".external");
/// ```
#[macro_export]
macro_rules! include_model {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $path:expr $(, section = $section:literal)?) => {
        $(#[$attribute])*
        $visibility const $name: &[u8] = {
            #[repr(C, align(16))]
            struct Aligned<T>(T);
            // Safe for a section that is only read: nothing but the place of the bytes changes.
            $(#[unsafe(link_section = $section)])?
            static FILE: Aligned<[u8; include_bytes!($path).len()]> = Aligned(*include_bytes!($path));
            &FILE.0
        };
    };
}

// Its example is compiled and run as the others are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
