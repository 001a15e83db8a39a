//! Operators: order, geometry, parameters and the ranges of their numbers.

use dim_model_format::{
    Add, Clamp, Conv2d, FullyConnected, Node, NodeError, Padding, Pool2d, Quantization, Rescale, Shape, TensorId,
};

use super::{Edit, node};
use crate::draft::Draft;

const WINDOW: &str = "node 0: kernel and stride must be at least 1, and each padding less than the kernel";
const POOL: &str = "node 3: a pooling needs the same scale and zero point before and after";
/// What 6 products of node 0 leave for its bias: `2^31 - 1 - 6 * 255 * 128`.
const LARGEST_BIAS: i32 = 2_147_287_807;

fn conv2d<'d>(draft: &'d mut Draft<'_>) -> &'d mut Conv2d {
    let Node::Conv2d(op) = &mut draft.nodes[0] else { unreachable!() };
    op
}

fn depthwise_conv2d<'d>(draft: &'d mut Draft<'_>) -> &'d mut Conv2d {
    let Node::DepthwiseConv2d(op) = &mut draft.nodes[1] else { unreachable!() };
    op
}

fn add<'d>(draft: &'d mut Draft<'_>) -> &'d mut Add {
    let Node::Add(op) = &mut draft.nodes[2] else { unreachable!() };
    op
}

fn max_pool2d<'d>(draft: &'d mut Draft<'_>) -> &'d mut Pool2d {
    let Node::MaxPool2d(op) = &mut draft.nodes[3] else { unreachable!() };
    op
}

fn fully_connected<'d>(draft: &'d mut Draft<'_>) -> &'d mut FullyConnected {
    let Node::FullyConnected(op) = &mut draft.nodes[5] else { unreachable!() };
    op
}

/// Writes into the parameters of node 0: 12 weights, then 2 biases, 2 multipliers, 2 shifts.
fn write(draft: &mut Draft<'_>, offset: usize, bytes: &[u8]) {
    draft.weights[offset..offset + bytes.len()].copy_from_slice(bytes);
}

fn set_bias(draft: &mut Draft<'_>, channel: usize, bias: i32) {
    write(draft, 12 + 4 * channel, &bias.to_le_bytes());
}

fn set_multiplier(draft: &mut Draft<'_>, channel: usize, multiplier: i32) {
    write(draft, 20 + 4 * channel, &multiplier.to_le_bytes());
}

fn set_shift(draft: &mut Draft<'_>, channel: usize, shift: i8) {
    write(draft, 28 + channel, &shift.to_le_bytes());
}

/// The output of a node gets another shape.
fn reshape(draft: &mut Draft<'_>, node: usize, height: u16, width: u16, channels: u16) {
    draft.tensors[node + 1].shape = Shape::new(height, width, channels);
}

const fn shape(index: usize, height: u16, width: u16, channels: u16) -> dim_model_format::Error {
    node(index, NodeError::Shape { found: Shape::new(height, width, channels) })
}

const fn rescale(index: usize, multiplier: i32, shift: i8) -> dim_model_format::Error {
    node(index, NodeError::Rescale { multiplier, shift })
}

pub(super) const EDITS: &[Edit] = &[
    // Order.
    (
        |draft| conv2d(draft).input = TensorId(1),
        node(0, NodeError::Order(1)),
        "node 0: it reads tensor 1, which no earlier node writes",
    ),
    (
        |draft| add(draft).inputs[1] = TensorId(255),
        node(2, NodeError::Order(255)),
        "node 2: it reads tensor 255, which no earlier node writes",
    ),
    // Windows.
    (|draft| conv2d(draft).window.kernel[0] = 0, node(0, NodeError::Window), WINDOW),
    (|draft| conv2d(draft).window.kernel[1] = 0, node(0, NodeError::Window), WINDOW),
    (|draft| conv2d(draft).window.stride[0] = 0, node(0, NodeError::Window), WINDOW),
    (|draft| conv2d(draft).window.stride[1] = 0, node(0, NodeError::Window), WINDOW),
    (|draft| conv2d(draft).window.padding.top = 3, node(0, NodeError::Window), WINDOW),
    (|draft| conv2d(draft).window.padding.left = 2, node(0, NodeError::Window), WINDOW),
    (|draft| conv2d(draft).window.padding.bottom = 3, node(0, NodeError::Window), WINDOW),
    (|draft| conv2d(draft).window.padding.right = 2, node(0, NodeError::Window), WINDOW),
    // Shapes: a window that is larger than image and padding, then each operator with another output.
    (
        |draft| conv2d(draft).window.kernel[0] = 6,
        shape(0, 3, 2, 2),
        "node 0: its output has shape 3x2x2, which does not follow from its inputs and parameters",
    ),
    (
        |draft| reshape(draft, 0, 2, 2, 2),
        shape(0, 2, 2, 2),
        "node 0: its output has shape 2x2x2, which does not follow from its inputs and parameters",
    ),
    (
        |draft| depthwise_conv2d(draft).window.stride[0] = 2,
        shape(1, 3, 2, 2),
        "node 1: its output has shape 3x2x2, which does not follow from its inputs and parameters",
    ),
    (
        |draft| max_pool2d(draft).window.stride[0] = 2,
        shape(3, 2, 1, 2),
        "node 3: its output has shape 2x1x2, which does not follow from its inputs and parameters",
    ),
    (
        |draft| reshape(draft, 1, 3, 2, 3),
        shape(1, 3, 2, 3),
        "node 1: its output has shape 3x2x3, which does not follow from its inputs and parameters",
    ),
    (
        |draft| reshape(draft, 2, 2, 3, 2),
        shape(2, 2, 3, 2),
        "node 2: its output has shape 2x3x2, which does not follow from its inputs and parameters",
    ),
    (
        |draft| reshape(draft, 3, 2, 1, 1),
        shape(3, 2, 1, 1),
        "node 3: its output has shape 2x1x1, which does not follow from its inputs and parameters",
    ),
    (
        |draft| reshape(draft, 4, 1, 2, 2),
        shape(4, 1, 2, 2),
        "node 4: its output has shape 1x2x2, which does not follow from its inputs and parameters",
    ),
    (
        |draft| reshape(draft, 5, 3, 1, 1),
        shape(5, 3, 1, 1),
        "node 5: its output has shape 3x1x1, which does not follow from its inputs and parameters",
    ),
    (
        |draft| draft.tensors[4].quantization = Quantization { scale: 0.1, zero_point: 8 },
        node(3, NodeError::PoolQuantization),
        POOL,
    ),
    (
        |draft| draft.tensors[4].quantization = Quantization { scale: 0.2, zero_point: 7 },
        node(3, NodeError::PoolQuantization),
        POOL,
    ),
    // Clamps.
    (
        |draft| conv2d(draft).clamp = Clamp { min: 1, max: 0 },
        node(0, NodeError::Clamp),
        "node 0: the clamp's minimum is above its maximum",
    ),
    (
        |draft| max_pool2d(draft).clamp = Clamp { min: 127, max: -128 },
        node(3, NodeError::Clamp),
        "node 3: the clamp's minimum is above its maximum",
    ),
    // Parameters: misaligned, over the ones before, behind the end, cut off.
    (
        |draft| conv2d(draft).parameters = 1,
        node(0, NodeError::Parameters(1)),
        "node 0: its parameters at offset 1 are misaligned, overlap the ones before, or leave the weights section",
    ),
    (
        |draft| depthwise_conv2d(draft).parameters = 16,
        node(1, NodeError::Parameters(16)),
        "node 1: its parameters at offset 16 are misaligned, overlap the ones before, or leave the weights section",
    ),
    (
        |draft| fully_connected(draft).parameters = 80,
        node(5, NodeError::Parameters(80)),
        "node 5: its parameters at offset 80 are misaligned, overlap the ones before, or leave the weights section",
    ),
    (
        |draft| fully_connected(draft).parameters = 0xffff_fff0,
        node(5, NodeError::Parameters(0xffff_fff0)),
        "node 5: its parameters at offset 4294967280 are misaligned, overlap the ones before, or leave the weights section",
    ),
    (
        |draft| draft.weights.truncate(102),
        node(5, NodeError::Parameters(64)),
        "node 5: its parameters at offset 64 are misaligned, overlap the ones before, or leave the weights section",
    ),
    // Factors.
    (
        |draft| set_multiplier(draft, 0, (1 << 30) - 1),
        rescale(0, (1 << 30) - 1, -31),
        "node 0: multiplier 1073741823 must be 0 or at least 2^30, and shift -31 in -31..=30",
    ),
    (
        |draft| set_multiplier(draft, 1, i32::MIN),
        rescale(0, i32::MIN, 30),
        "node 0: multiplier -2147483648 must be 0 or at least 2^30, and shift 30 in -31..=30",
    ),
    (
        |draft| set_shift(draft, 0, -32),
        rescale(0, 1 << 30, -32),
        "node 0: multiplier 1073741824 must be 0 or at least 2^30, and shift -32 in -31..=30",
    ),
    (
        |draft| set_shift(draft, 1, 31),
        rescale(0, i32::MAX, 31),
        "node 0: multiplier 2147483647 must be 0 or at least 2^30, and shift 31 in -31..=30",
    ),
    (
        |draft| add(draft).input_rescale[1] = Rescale { multiplier: 1, shift: -2 },
        rescale(2, 1, -2),
        "node 2: multiplier 1 must be 0 or at least 2^30, and shift -2 in -31..=30",
    ),
    (
        |draft| add(draft).output_rescale.shift = 31,
        rescale(2, i32::MAX, 31),
        "node 2: multiplier 2147483647 must be 0 or at least 2^30, and shift 31 in -31..=30",
    ),
    (
        |draft| add(draft).input_rescale[1].shift = 1,
        node(2, NodeError::InputShift(1)),
        "node 2: input shift 1 of an addition is above 0",
    ),
    (|draft| add(draft).left_shift = 23, node(2, NodeError::LeftShift(23)), "node 2: left shift 23 is above 22"),
    // Accumulators.
    (
        |draft| set_bias(draft, 1, LARGEST_BIAS + 1),
        node(0, NodeError::Accumulator { channel: 1 }),
        "node 0: channel 1 may overflow its 32-bit accumulator",
    ),
    (
        |draft| set_bias(draft, 0, i32::MIN),
        node(0, NodeError::Accumulator { channel: 0 }),
        "node 0: channel 0 may overflow its 32-bit accumulator",
    ),
];

/// Edits up to the last number that is in range.
pub(super) const IN_RANGE: &[fn(&mut Draft<'_>)] = &[
    |draft| draft.arena_bytes = 44,
    |draft| draft.arena_bytes = u32::MAX,
    |draft| draft.tensors[6].quantization = Quantization { scale: f32::from_bits(1), zero_point: 127 },
    // All of the padding below, as much as the kernel's three rows allow.
    |draft| conv2d(draft).window.padding = Padding { top: 0, left: 1, bottom: 2, right: 1 },
    |draft| conv2d(draft).clamp = Clamp { min: 5, max: 5 },
    |draft| set_multiplier(draft, 0, 0),
    |draft| set_bias(draft, 1, LARGEST_BIAS),
    |draft| set_bias(draft, 1, -LARGEST_BIAS),
    |draft| add(draft).left_shift = 22,
    |draft| add(draft).output_rescale.shift = 30,
    |draft| add(draft).input_rescale[0].shift = -31,
    |draft| add(draft).inputs = [TensorId(2); 2],
    |draft| draft.weights.extend([1, 2, 3]),
    |draft| draft.taps[0].tensor = TensorId(6),
];
