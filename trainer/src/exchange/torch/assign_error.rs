//! Why the tensors of a file give no encoder.

use super::{Listing, TorchError};

/// Tensors that an architecture cannot be filled with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssignError {
    /// A pattern of `--map` that nothing matches.
    #[error("no tensor matches --map {pattern}; the file has {has}")]
    Unmatched {
        /// The pattern.
        pattern: String,
        /// Tensors of the file.
        has: Listing,
    },
    /// Two tensors with one name.
    #[error("two tensors are named {0}; give them different names with --map")]
    Twice(String),
    /// A target that does not exist.
    #[error(
        "{target}: {encoder} has no such layer; name @0 to @{last}, or @0.norm for its batch normalization, where it has weights"
    )]
    Target {
        /// As it was typed.
        target: String,
        /// Name of the architecture.
        encoder: String,
        /// Number of its last layer.
        last: usize,
    },
    /// Layers and modules differ in number.
    #[error(
        "{encoder} has {expected} {what}, the file {found}; choose those of the encoder with --map; the file has {has}"
    )]
    Count {
        /// Name of the architecture.
        encoder: String,
        /// What is counted.
        what: &'static str,
        /// In the architecture.
        expected: usize,
        /// In the file.
        found: usize,
        /// Tensors of the file.
        has: Listing,
    },
    /// A tensor that is needed is not there.
    #[error("no tensor {name} for layer {layer} of {encoder}; name it with --map; the file has {has}")]
    Missing {
        /// Name that it should have.
        name: String,
        /// Number of the layer.
        layer: usize,
        /// Name of the architecture.
        encoder: String,
        /// Tensors of the file.
        has: Listing,
    },
    /// A tensor of another shape.
    #[error(
        "tensor {name} has shape {found:?}, layer {layer} of {encoder} takes {expected:?}; choose the --preset or --encoder of the file, or its tensors with --map"
    )]
    Shape {
        /// Name in the file.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// Number of the layer.
        layer: usize,
        /// Name of the architecture.
        encoder: String,
        /// Shape that the layer has.
        expected: Vec<usize>,
    },
    /// A tensor that cannot be computed with.
    #[error("tensor {0} holds what is no number, or a negative variance; save the model before it diverged")]
    NoNumber(String),
    /// A tensor whose numbers are not read.
    #[error(transparent)]
    File(#[from] TorchError),
}
