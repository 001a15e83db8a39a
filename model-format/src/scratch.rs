//! Memory in which kernels rearrange their inputs; it holds nothing from one operator to the next.
//!
//! Kernels for [`FilterLayout::Paired`] multiply 16-bit inputs with their zero point taken off:
//!
//! | operator | holds |
//! |---|---|
//! | convolution | four words for each output channel, the windows of four output pixels, and one window in bytes unless `in_channels` is a multiple of 4 |
//! | fully connected | the input |
//! | depthwise 3x3, a multiple of 4 channels | four words for each channel, one padded row of four channels |
//!
//! An addition of many elements looks up what its two inputs become, each in a table of 256 words.

use crate::model::fan_in;
use crate::{Conv2d, FilterLayout, Node, Shape};

/// Bytes that are lost at most where words are aligned in memory that is not.
const ALIGNING: u64 = 4;
/// Bias and output scaling of a channel.
const STAGE: u64 = 16;
/// Three rows of four channels of a column.
const COLUMN: u64 = 24;
/// Elements of an addition that are worth two tables.
const MANY: u64 = 1024;
/// Output pixels that a convolution computes together.
const PIXELS: u64 = 4;

/// Bytes of scratch memory that a node from `input` to `output` needs.
pub(crate) fn node_bytes(node: &Node, input: Shape, output: Shape) -> u64 {
    let inputs = fan_in(node, input).next_multiple_of(4);
    match node {
        Node::Conv2d(op) if op.layout == FilterLayout::Paired => {
            let window = if input.channels.is_multiple_of(4) { 0 } else { inputs };
            STAGE * u64::from(output.channels).next_multiple_of(2) + 2 * PIXELS * inputs + window + ALIGNING
        }
        Node::FullyConnected(op) if op.layout == FilterLayout::Paired => 2 * inputs + ALIGNING,
        Node::DepthwiseConv2d(op) if is_quick(op, input, output) => {
            let columns =
                u64::from(input.width) + u64::from(op.window.padding.left) + u64::from(op.window.padding.right);
            STAGE * u64::from(output.channels) + COLUMN * columns + ALIGNING
        }
        Node::Add(_) if output.elements() >= MANY => 2 * 256 * 4 + ALIGNING,
        _ => 0,
    }
}

/// Whether a depthwise convolution is one that has a kernel of its own.
fn is_quick(op: &Conv2d, input: Shape, output: Shape) -> bool {
    op.window.kernel == [3, 3] && input.channels == output.channels && input.channels.is_multiple_of(4)
}
