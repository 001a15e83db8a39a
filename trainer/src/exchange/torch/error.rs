//! Why a file gives no encoder.

use std::fmt::{self, Display};

use super::Tensor;

/// A file that cannot be read as one of PyTorch's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TorchError {
    /// Neither of the two containers of `torch.save`.
    #[error("not a file of torch.save: it begins neither as a zip archive nor as a pickle")]
    Unknown,
    /// The archive is cut short, or its directory is wrong.
    #[error("damaged: {0}; get the file again")]
    Damaged(String),
    /// Made where the most significant byte comes first.
    #[error("big-endian numbers; save the file again on a little-endian machine")]
    BigEndian,
    /// The pickle ends, or asks for what it has not made.
    #[error("damaged: the pickle is cut short or wrong at byte {at}; get the file again")]
    Pickle {
        /// Place in the pickle.
        at: usize,
    },
    /// The pickle has an instruction that `torch.save` does not write.
    #[error("unknown instruction {instruction:#04x} at byte {at} of the pickle; save the file with torch.save")]
    Instruction {
        /// The instruction.
        instruction: u8,
        /// Place in the pickle.
        at: usize,
    },
    /// A tensor asks for more than its storage holds, or has no storage.
    #[error("damaged: tensor {0} is not inside of its storage; get the file again")]
    Tensor(String),
    /// Numbers that are not read.
    #[error("{name}: holds {element}, read are float32 and float64; save the model's .float() in PyTorch")]
    Element {
        /// The tensor.
        name: String,
        /// PyTorch's name of its storage.
        element: String,
    },
    /// There are no tensors at all.
    #[error("no tensors in the file; save the state_dict() of the encoder")]
    Empty,
}

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
        "{target}: {preset} has no such layer; name @0 to @{last}, or @0.norm for its batch normalization, where it has weights"
    )]
    Target {
        /// As it was typed.
        target: String,
        /// Name of the architecture.
        preset: &'static str,
        /// Number of its last layer.
        last: usize,
    },
    /// Layers and modules differ in number.
    #[error(
        "{preset} has {expected} {what}, the file {found}; choose those of the encoder with --map; the file has {has}"
    )]
    Count {
        /// Name of the architecture.
        preset: &'static str,
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
    #[error("no tensor {name} for layer {layer} of {preset}; name it with --map; the file has {has}")]
    Missing {
        /// Name that it should have.
        name: String,
        /// Number of the layer.
        layer: usize,
        /// Name of the architecture.
        preset: &'static str,
        /// Tensors of the file.
        has: Listing,
    },
    /// A tensor of another shape.
    #[error(
        "tensor {name} has shape {found:?}, layer {layer} of {preset} takes {expected:?}; choose the --preset of the file, or its tensors with --map"
    )]
    Shape {
        /// Name in the file.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// Number of the layer.
        layer: usize,
        /// Name of the architecture.
        preset: &'static str,
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

/// Tensors with their shapes, the first ones by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing(Vec<String>);

/// Tensors that are named; all of them would be too much for a line.
const LISTED: usize = 6;

impl Listing {
    pub(super) fn of(tensors: &[Tensor<'_>]) -> Self {
        Self(tensors.iter().map(|tensor| format!("{} {:?}", tensor.name, tensor.shape)).collect())
    }
}

impl Display for Listing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(tensors) = self;
        formatter.write_str(&tensors[..tensors.len().min(LISTED)].join(", "))?;
        match tensors.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(formatter, " and {more} more, which --list shows"),
        }
    }
}
