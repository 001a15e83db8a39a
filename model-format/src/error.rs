//! Why a byte string is not a usable file.

use crate::{FORMAT_MAJOR, FORMAT_MINOR, Shape};

/// A file that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
// Moved by words, as a node.
#[repr(u32)]
pub enum Error {
    /// The magic is missing.
    #[error("not a .dim file: the magic bytes are missing")]
    NotADimFile,
    /// The file ends too early.
    #[error("truncated: {needed} bytes needed, {got} found")]
    Truncated {
        /// Length that the file states, or the length of the fixed part.
        needed: usize,
        /// Length that is there.
        got: usize,
    },
    /// Written by another version of the format.
    #[error(
        "format version {major}.{minor} is not supported; this reader knows {FORMAT_MAJOR}.0 to {FORMAT_MAJOR}.{FORMAT_MINOR}"
    )]
    UnsupportedVersion {
        /// Major version found.
        major: u16,
        /// Minor version found.
        minor: u16,
    },
    /// The sections overlap, leave the file or are misaligned.
    #[error("the sections of the file are out of order or misaligned")]
    BadLayout,
    /// A byte differs from what was written.
    #[error("damaged: the checksum is {computed:#010x}, the file states {stated:#010x}")]
    Checksum {
        /// CRC-32 in the file.
        stated: u32,
        /// CRC-32 of its bytes.
        computed: u32,
    },
    /// The header is not the postcard of an `About` and a `Graph`.
    #[error("the header cannot be decoded")]
    Header,
    /// The input has a preprocessing that does not fit tensor 0.
    #[error("tensor 0 does not have the shape, scale and zero point that the input's preprocessing makes")]
    Input,
    /// The tables of the input do not lie in the weights section, or are misaligned.
    #[error("the input's tables at offset {0} are misaligned or leave the weights section")]
    InputTables(u32),
    /// The number of tensors is not the number of nodes plus one, or above 255.
    #[error("{tensors} tensors for {nodes} nodes; one more tensor than nodes is needed, at most 255")]
    TensorCount {
        /// Tensors found.
        tensors: usize,
        /// Nodes found.
        nodes: usize,
    },
    /// A tensor is unusable.
    #[error("tensor {tensor}: {error}")]
    Tensor {
        /// Its number.
        tensor: usize,
        /// What is wrong with it.
        error: TensorError,
    },
    /// A node is unusable.
    #[error("node {node}: {error}")]
    Node {
        /// Its number.
        node: usize,
        /// What is wrong with it.
        error: NodeError,
    },
    /// The scratch memory is too small for a node.
    #[error("{scratch} bytes of scratch memory are stated, the nodes need {needed}")]
    Scratch {
        /// Bytes that the nodes need.
        needed: u64,
        /// Bytes that the file states.
        scratch: usize,
    },
    /// A tap cannot be decoded, names a tensor that is not there, or stands twice.
    #[error("tap {tap} cannot be decoded, names no tensor, or stands twice")]
    Tap {
        /// Its position in the list.
        tap: usize,
    },
    /// No tap is the embedding.
    #[error("no tensor is tapped as the embedding")]
    NoEmbedding,
    /// The taps of a critic are not those of one: both, in a file from 1.7 on, with zero points of 0, of as many cells as the
    /// local feature map and as many numbers for a cell as for the embedding.
    #[error("the taps of its critic do not go together, or came with a later format than the file states")]
    Critic,
    /// Only from the writer: a size does not fit its 32-bit field.
    #[error("the file or its arena would exceed 4 GiB")]
    TooLarge,
}

/// What is wrong with a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TensorError {
    /// The record is not a tensor.
    #[error("cannot be decoded")]
    Undecodable,
    /// An extent is zero.
    #[error("shape {0} has no elements")]
    Empty(Shape),
    /// The scale is zero, negative, infinite or not a number.
    #[error("the scale is not a positive finite number")]
    Scale,
    /// It is not aligned to 16 bytes or ends outside of the arena.
    #[error("at offset {offset} it is misaligned or ends outside of the arena of {arena_bytes} bytes")]
    OutsideArena {
        /// Offset in the arena.
        offset: u32,
        /// Size of the arena.
        arena_bytes: u32,
    },
    /// It shares memory with a tensor that lives at the same time.
    #[error("it overlaps tensor {with}, which is in use at the same time")]
    Overlap {
        /// The other tensor.
        with: usize,
    },
    /// Nothing reads it.
    #[error("no node and no tap uses it")]
    Unused,
}

/// What is wrong with a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The record is not an operator of this version.
    #[error(
        "cannot be decoded; its operator may be newer than format {FORMAT_MAJOR}.{FORMAT_MINOR}, or left out of this reader"
    )]
    Undecodable,
    /// The file states an older version of the format than the operator's.
    #[error("its operator came with format {FORMAT_MAJOR}.{0}, and the file states an older one")]
    Version(u16),
    /// It reads a tensor that is not written before it.
    #[error("it reads tensor {0}, which no earlier node writes")]
    Order(u8),
    /// A kernel or stride is zero, or the padding is as large as the kernel.
    #[error("kernel and stride must be at least 1, and each padding less than the kernel")]
    Window,
    /// The shapes of inputs and output do not belong together.
    #[error("its output has shape {found}, which does not follow from its inputs and parameters")]
    Shape {
        /// Shape of the output tensor.
        found: Shape,
    },
    /// Input and output of a pooling differ in scale or zero point.
    #[error("a pooling needs the same scale and zero point before and after")]
    PoolQuantization,
    /// Inputs or output of a concatenation differ in scale or zero point.
    #[error("a concatenation needs the same scale and zero point in all inputs and its output")]
    ConcatenationQuantization,
    /// The clamp is empty.
    #[error("the clamp's minimum is above its maximum")]
    Clamp,
    /// The parameters do not lie in the weights section, are misaligned, or overlap the ones before.
    #[error("its parameters at offset {0} are misaligned, overlap the ones before, or leave the weights section")]
    Parameters(u32),
    /// A byte that fills up a paired filter is not zero.
    #[error("the filter is not filled up with zeros")]
    FilterPadding,
    /// A factor is out of range.
    #[error("multiplier {multiplier} must be 0 or at least 2^30, and shift {shift} in -31..=30")]
    Rescale {
        /// Q31.
        multiplier: i32,
        /// Power of two.
        shift: i8,
    },
    /// The factor of a mean is out of range.
    #[error("multiplier {multiplier} of a mean must not be negative, and its shift {shift} be in -31..=30")]
    MeanRescale {
        /// Q31.
        multiplier: i32,
        /// Power of two.
        shift: i8,
    },
    /// An input factor of an addition is one or more.
    #[error("input shift {0} of an addition is above 0")]
    InputShift(i8),
    /// The left shift of an addition is out of range.
    #[error("left shift {0} is above 22")]
    LeftShift(u8),
    /// Only from the writer: the lengths of its filter do not belong together.
    #[error("its filter needs {weights} weights, and as many multipliers and shifts as biases, {channels}")]
    Filter {
        /// Weights that its input, window and channels ask for.
        weights: u64,
        /// Output channels.
        channels: usize,
    },
    /// Only from the writer: a weight that four bits do not hold.
    #[error("its weight {0} has no four bits: int4 weights are multiples of 16")]
    Int4(i8),
    /// The sum of products of a channel may not fit into 32 bits.
    #[error("channel {channel} may overflow its 32-bit accumulator")]
    Accumulator {
        /// Output channel.
        channel: usize,
    },
}
