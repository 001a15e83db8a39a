//! Versions of the format: what this reader knows, and what each minor version brought.
//!
//! Below `layout` and `error`, which both name them.

/// A reader refuses any other major version.
pub const FORMAT_MAJOR: u16 = 1;
/// A reader refuses a newer minor version.
pub const FORMAT_MINOR: u16 = 7;

/// First minor version with paired filters and scratch memory.
pub(crate) const MINOR_OF_PAIRED: u16 = 1;
/// First minor version whose files may have a proof.
pub(crate) const MINOR_OF_PROOF: u16 = 2;
/// First minor version whose files may round once.
#[cfg(feature = "alloc")]
pub(crate) const MINOR_OF_SINGLE_ROUNDING: u16 = 3;
/// First minor version whose files may state the quantization of the input.
#[cfg(feature = "alloc")]
pub(crate) const MINOR_OF_QUANTIZED_INPUT: u16 = 3;
/// First minor version in which an operator may write over what it reads.
pub(crate) const MINOR_OF_OVERLAPS: u16 = 3;
/// First minor version whose weights may have four bits.
pub(crate) const MINOR_OF_INT4: u16 = 4;
/// First minor version whose input may have tables.
pub(crate) const MINOR_OF_INPUT_TABLES: u16 = 5;
/// First minor version with means over rows and columns, tables of outputs, and concatenations.
pub(crate) const MINOR_OF_MEAN_TO_CONCATENATION: u16 = 5;
/// First minor version with products of two tensors.
pub(crate) const MINOR_OF_MUL: u16 = 6;
/// First minor version whose files may have a critic.
pub(crate) const MINOR_OF_CRITIC: u16 = 7;
