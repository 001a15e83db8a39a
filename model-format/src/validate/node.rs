//! Operators: order, geometry, parameters and the ranges of their numbers.

use crate::features::LATER;
use crate::layout::ALIGNMENT;
use crate::needs::fan_in;
use crate::{
    Error, FilterLayout, Model, NO_TENSOR, Node, NodeError, Parameters, Rescale, Shape, Tensor, TensorId, Window,
};

/// Shifts of a factor.
const SHIFTS: core::ops::RangeInclusive<i8> = -31..=30;
/// Largest difference of an int8 number and a zero point.
const LARGEST_DIFFERENCE: u32 = 255;
/// Largest product of an int8 weight and an input with its zero point taken off.
const MAX_PRODUCT: u32 = LARGEST_DIFFERENCE * 128;
/// Most headroom that two inputs of an addition leave in 32 bits: `2 * 255 * 2^22 < 2^31`.
const MAX_LEFT_SHIFT: u8 = 22;

/// Gives the bytes of scratch memory that the nodes need.
pub(super) fn check_nodes(model: &Model<'_>) -> Result<u64, Error> {
    // The input's tables come first.
    let tables_end = |start: u32| start as usize + model.input_tables().map_or(0, |tables| tables.as_flattened().len());
    let mut parameters_end = model.graph().input.preprocessing.tables().map_or(0, tables_end);
    let mut needed_scratch = 0;
    for (index, (node, output)) in model.layers().enumerate() {
        let fail = |error| Error::Node { node: index, error };
        // Without these features, the reader knows no operator for which this could be wrong.
        if LATER && node.minor() > model.format_version()[1] {
            return Err(fail(NodeError::Version(node.minor())));
        }
        check_order(&node, index).map_err(fail)?;
        check_window(&node).map_err(fail)?;
        check_shape(model, &node, &output).map_err(fail)?;
        if node.clamp().min > node.clamp().max {
            return Err(fail(NodeError::Clamp));
        }
        check_parameters(model, &node, output.shape, &mut parameters_end).map_err(fail)?;
        check_factors(&node).map_err(fail)?;
        check_mean(model, &node).map_err(fail)?;
        needed_scratch = needed_scratch.max(model.needed_scratch_bytes(&node, output.shape));
    }
    Ok(needed_scratch)
}

fn check_order(node: &Node, index: usize) -> Result<(), NodeError> {
    if let Node::Concatenation(op) = node
        && op.inputs.iter().skip(op.count()).any(|input| *input != NO_TENSOR)
    {
        return Err(NodeError::Order(NO_TENSOR.0));
    }
    match node.inputs().find(|input| usize::from(input.0) > index) {
        Some(TensorId(later)) => Err(NodeError::Order(later)),
        None => Ok(()),
    }
}

fn check_window(node: &Node) -> Result<(), NodeError> {
    let Some(Window { kernel, stride, padding }) = node.window() else { return Ok(()) };
    // A kernel of zero is not above its padding.
    let usable = stride[0].min(stride[1]) > 0
        && padding.top.max(padding.bottom) < kernel[0]
        && padding.left.max(padding.right) < kernel[1];
    if usable { Ok(()) } else { Err(NodeError::Window) }
}

fn check_shape(model: &Model<'_>, node: &Node, output: &Tensor) -> Result<(), NodeError> {
    let found = output.shape;
    let input = model.tensor(node.input());
    let fits = match node {
        Node::Conv2d(_) | Node::PairedConv2d(_) | Node::Int4Conv2d(_) => true,
        Node::DepthwiseConv2d(_) => found.channels.is_multiple_of(input.shape.channels),
        Node::FullyConnected(_) | Node::PairedFullyConnected(_) | Node::Int4FullyConnected(_) => {
            found == Shape::vector(found.channels)
        }
        Node::Mean(_) => found == Shape::vector(input.shape.channels),
        Node::Lookup(_) => found == input.shape,
        Node::Concatenation(op) => {
            let inputs = || node.inputs().map(|id| model.tensor(id));
            if inputs().any(|input| !input.quantization.is(&output.quantization)) {
                return Err(NodeError::ConcatenationQuantization);
            }
            op.axis.concatenated(inputs().map(|input| input.shape)) == Some(found)
        }
        Node::Mul(op) => found == input.shape && model.tensor(op.inputs[1]).shape.repeats_to(found),
        Node::Add(op) => op.inputs.iter().all(|id| model.tensor(*id).shape == found),
        Node::AveragePool2d(_) | Node::MaxPool2d(_) => {
            if !input.quantization.is(&output.quantization) {
                return Err(NodeError::PoolQuantization);
            }
            found.channels == input.shape.channels
        }
    };
    let windows = node.window().map(|window| window.output(input.shape.height, input.shape.width));
    let windows_fit = windows.is_none_or(|windows| windows == Some([found.height, found.width]));
    if fits && windows_fit { Ok(()) } else { Err(NodeError::Shape { found }) }
}

/// Parameters stand in the order of their nodes, so comparing with the end of the ones before finds every overlap.
fn check_parameters(
    model: &Model<'_>,
    node: &Node,
    output: Shape,
    parameters_end: &mut usize,
) -> Result<(), NodeError> {
    let Some(offset) = node.parameters() else { return Ok(()) };
    let start = offset as usize;
    let in_place = offset.is_multiple_of(ALIGNMENT) && start >= *parameters_end;
    if let Node::Lookup(op) = node {
        let table = model.table(op).filter(|_| in_place).ok_or(NodeError::Parameters(offset))?;
        *parameters_end = start + table.len();
        return Ok(());
    }
    let parameters = model.parameters(node, output).filter(|_| in_place).ok_or(NodeError::Parameters(offset))?;
    *parameters_end = start + parameters.bytes();
    let fan_in = fan_in(node, model.tensor(node.input()).shape);
    if let Some(layout @ (FilterLayout::Paired | FilterLayout::Int4)) = node.layout() {
        check_padding(layout, &parameters, output.channels, fan_in)?;
    }
    let largest_sum = fan_in.saturating_mul(MAX_PRODUCT);
    for (channel, numbers) in parameters.channels().enumerate() {
        check_rescale(numbers.rescale)?;
        if largest_sum.saturating_add(numbers.bias.unsigned_abs()) > i32::MAX.cast_unsigned() {
            return Err(NodeError::Accumulator { channel });
        }
    }
    Ok(())
}

/// What fills up a filter is zero, so that one filter has one form.
fn check_padding(
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    channels: u16,
    fan_in: u32,
) -> Result<(), NodeError> {
    let [channels, fan_in] = [usize::from(channels), fan_in as usize];
    for channel in 0..channels.next_multiple_of(2) {
        let inputs = if channel < channels { fan_in } else { 0 };
        for k in inputs..fan_in.next_multiple_of(4) {
            let (byte, bits) = layout.position(channel, k, fan_in);
            if parameters.filter.get(byte).is_none_or(|byte| byte & bits != 0) {
                return Err(NodeError::FilterPadding);
            }
        }
    }
    Ok(())
}

/// Of a sum or a product of two tensors; no product leaves 32 bits.
fn check_factors(node: &Node) -> Result<(), NodeError> {
    let op = match node {
        Node::Add(op) => op,
        Node::Mul(op) => return check_rescale(op.rescale),
        _ => return Ok(()),
    };
    if op.left_shift > MAX_LEFT_SHIFT {
        return Err(NodeError::LeftShift(op.left_shift));
    }
    if let Some(rescale) = op.input_rescale.iter().find(|rescale| rescale.shift > 0) {
        return Err(NodeError::InputShift(rescale.shift));
    }
    op.input_rescale.iter().chain([&op.output_rescale]).try_for_each(|rescale| check_rescale(*rescale))
}

fn check_mean(model: &Model<'_>, node: &Node) -> Result<(), NodeError> {
    let Node::Mean(op) = node else { return Ok(()) };
    let Rescale { multiplier, shift } = op.rescale;
    if multiplier < 0 || !SHIFTS.contains(&shift) {
        return Err(NodeError::MeanRescale { multiplier, shift });
    }
    let Shape { height, width, .. } = model.tensor(op.input).shape;
    // Of all channels alike, so that the first one stands for them.
    let fits = u32::from(height) * u32::from(width) <= i32::MAX.cast_unsigned() / LARGEST_DIFFERENCE;
    if fits { Ok(()) } else { Err(NodeError::Accumulator { channel: 0 }) }
}

fn check_rescale(Rescale { multiplier, shift }: Rescale) -> Result<(), NodeError> {
    let in_range = (multiplier == 0 || multiplier >= 1 << 30) && SHIFTS.contains(&shift);
    if in_range { Ok(()) } else { Err(NodeError::Rescale { multiplier, shift }) }
}
