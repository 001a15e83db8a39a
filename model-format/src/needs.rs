//! What an operator needs for the shapes that it connects: weights of an output, and scratch memory, in which kernels
//! rearrange what they multiply and which holds nothing from one operator to the next.
//!
//! The table of `docs/FORMAT.md`, section "Scratch memory", in code. Below the model, its validation and its writer,
//! which all ask for it.

#[cfg(feature = "alloc")]
use crate::Conv2d;
use crate::{FilterLayout, Node, Shape};

/// Bytes that are lost at most where words are aligned in memory that is not.
const ALIGNING: u64 = 4;
/// Bias and output scaling of a channel.
const STAGE: u64 = 16;
/// Three rows of four channels of a column.
#[cfg(feature = "alloc")]
const COLUMN: u64 = 24;
/// Elements of an addition that are worth two tables.
#[cfg(feature = "alloc")]
const MANY: u64 = 1024;
/// Output pixels that a convolution computes together.
const PIXELS: u64 = 4;

/// Products that are added up for one output element, padding included; at most `u32::MAX`, which no accumulator holds.
pub(crate) fn fan_in(node: &Node, input: Shape) -> u32 {
    let window = |[height, width]: [u8; 2]| u32::from(height) * u32::from(width);
    match node {
        Node::Conv2d(op) | Node::PairedConv2d(op) | Node::Int4Conv2d(op) => {
            window(op.window.kernel) * u32::from(input.channels)
        }
        Node::DepthwiseConv2d(op) => window(op.window.kernel),
        Node::FullyConnected(_) | Node::PairedFullyConnected(_) | Node::Int4FullyConnected(_) => {
            u32::try_from(input.elements()).unwrap_or(u32::MAX)
        }
        Node::AveragePool2d(_) | Node::MaxPool2d(_) | Node::Add(_) | Node::Mean(_) | Node::Lookup(_) => 0,
        Node::Concatenation(_) | Node::Mul(_) => 0,
    }
}

/// Bytes of scratch memory without which a node from `input` to `output` cannot be run.
pub(crate) fn needed_scratch_bytes(node: &Node, input: Shape, output: Shape) -> u64 {
    let inputs = u64::from(fan_in(node, input)).next_multiple_of(4);
    let pair = if node.layout() == Some(FilterLayout::Int4) { 2 * inputs } else { 0 };
    match node {
        Node::PairedConv2d(_) | Node::Int4Conv2d(_) => {
            let window = if input.channels.is_multiple_of(4) { 0 } else { inputs };
            STAGE * u64::from(output.channels).next_multiple_of(2) + 2 * PIXELS * inputs + window + pair + ALIGNING
        }
        Node::PairedFullyConnected(_) | Node::Int4FullyConnected(_) => 2 * inputs + pair + ALIGNING,
        _ => 0,
    }
}

/// Bytes of scratch memory with which it runs fastest.
#[cfg(feature = "alloc")]
pub(crate) fn useful_scratch_bytes(node: &Node, input: Shape, output: Shape) -> u64 {
    match node {
        Node::DepthwiseConv2d(op) if is_quick(op, input, output) => {
            let padding = op.window.padding;
            let columns = u64::from(input.width) + u64::from(padding.left) + u64::from(padding.right);
            STAGE * u64::from(output.channels) + COLUMN * columns + ALIGNING
        }
        Node::Add(_) if output.elements() >= MANY => 2 * 256 * 4 + ALIGNING,
        _ => needed_scratch_bytes(node, input, output),
    }
}

/// Bytes with which it is faster than with these, if they are free behind all tensors in use: those of a convolution by
/// tiles of 4x4 outputs, four at a time. 0 for other operators, and where the outputs fill too few of the tiles.
///
/// With few input channels that is also memory for the transformed weights of all output channels.
#[cfg(feature = "alloc")]
pub(crate) fn tiles_bytes(node: &Node, input: Shape, output: Shape) -> u64 {
    // An image of three channels gets a fourth.
    let channels = u64::from(input.channels).next_multiple_of(4);
    // Int4 weights are unpacked where half of the sums will be.
    let (Conv2d { window, .. }, is_paired, sums) = match node {
        Node::PairedConv2d(op) => (op, true, 1152),
        Node::Int4Conv2d(op) => (op, false, 576 + (18 * channels).max(576)),
        _ => return 0,
    };
    let is_3x3 = window.kernel == [3, 3] && window.stride == [1, 1];
    let fills_words = is_paired && input.channels == 3 || input.channels >= 4 && input.channels.is_multiple_of(4);
    let [rows, columns] = [output.height, output.width].map(|extent| u64::from(extent).div_ceil(4));
    let tiles = rows * columns;
    // Where four tiles are not whole rows, a column of inputs is kept.
    let kept = if matches!(columns, 1 | 2 | 4) { 0 } else { 6 * channels };
    let weights = 72 * channels * if channels < 8 { u64::from(output.channels) } else { 1 };
    let pixels = u64::from(output.height) * u64::from(output.width);
    let is_worth_it = 3 * pixels >= 2 * 16 * tiles.next_multiple_of(4);
    let is_by_tiles = is_3x3 && fills_words && output.channels.is_multiple_of(2) && is_worth_it;
    if is_by_tiles { 288 * channels + sums + kept + weights + ALIGNING } else { 0 }
}

/// Whether a convolution by tiles cannot write over what it reads: its first output channels would lie over inputs that the
/// others need.
#[cfg(feature = "alloc")]
pub(crate) const fn tiles_are_apart(input: Shape, output: Shape) -> bool {
    input.channels != output.channels
}

/// Whether a depthwise convolution is one that has a kernel of its own.
#[cfg(feature = "alloc")]
fn is_quick(op: &Conv2d, input: Shape, output: Shape) -> bool {
    op.window.kernel == [3, 3] && input.channels == output.channels && input.channels.is_multiple_of(4)
}
