//! Operators: order, geometry, parameters and the ranges of their numbers.

use crate::layout::ALIGNMENT;
use crate::model::fan_in;
use crate::parameters::parameter_bytes;
use crate::{Error, FilterLayout, Model, Node, NodeError, Parameters, Rescale, Shape, Tensor, TensorId, Window};

/// Largest product of an int8 weight and an input with its zero point taken off.
const MAX_PRODUCT: u64 = 255 * 128;
/// Most headroom that two inputs of an addition leave in 32 bits: `2 * 255 * 2^22 < 2^31`.
const MAX_LEFT_SHIFT: u8 = 22;

pub(super) fn check_nodes(model: &Model<'_>) -> Result<(), Error> {
    let mut parameters_end = 0;
    for (index, (node, output)) in model.layers().enumerate() {
        let fail = |error| Error::Node { node: index, error };
        check_order(&node, index).map_err(fail)?;
        check_window(&node).map_err(fail)?;
        check_shape(model, &node, &output).map_err(fail)?;
        if node.clamp().min > node.clamp().max {
            return Err(fail(NodeError::Clamp));
        }
        check_parameters(model, &node, output.shape, &mut parameters_end).map_err(fail)?;
        check_add(&node).map_err(fail)?;
    }
    Ok(())
}

fn check_order(node: &Node, index: usize) -> Result<(), NodeError> {
    match node.inputs().find(|input| usize::from(input.0) > index) {
        Some(TensorId(later)) => Err(NodeError::Order(later)),
        None => Ok(()),
    }
}

fn check_window(node: &Node) -> Result<(), NodeError> {
    let Some(Window { kernel, stride, padding }) = node.window() else { return Ok(()) };
    let usable = kernel.iter().chain(stride).all(|extent| *extent > 0)
        && padding.top.max(padding.bottom) < kernel[0]
        && padding.left.max(padding.right) < kernel[1];
    if usable { Ok(()) } else { Err(NodeError::Window) }
}

fn check_shape(model: &Model<'_>, node: &Node, output: &Tensor) -> Result<(), NodeError> {
    let found = output.shape;
    let input = |id| model.tensor(id);
    let windows = |id, window: &Window| window.output(input(id).shape.height, input(id).shape.width);
    let is_windowed = |id, window| windows(id, window) == Some([found.height, found.width]);
    let fits = match node {
        Node::Conv2d(op) | Node::PairedConv2d(op) => is_windowed(op.input, &op.window),
        Node::DepthwiseConv2d(op) => {
            is_windowed(op.input, &op.window) && found.channels.is_multiple_of(input(op.input).shape.channels)
        }
        Node::FullyConnected(_) | Node::PairedFullyConnected(_) => found == Shape::vector(found.channels),
        Node::Add(op) => op.inputs.iter().all(|id| input(*id).shape == found),
        Node::AveragePool2d(op) | Node::MaxPool2d(op) => {
            if !input(op.input).quantization.is(&output.quantization) {
                return Err(NodeError::PoolQuantization);
            }
            is_windowed(op.input, &op.window) && found.channels == input(op.input).shape.channels
        }
    };
    if fits { Ok(()) } else { Err(NodeError::Shape { found }) }
}

/// Parameters stand in the order of their nodes, so comparing with the end of the ones before finds every overlap.
fn check_parameters(model: &Model<'_>, node: &Node, output: Shape, parameters_end: &mut u64) -> Result<(), NodeError> {
    let Some((offset, filter_bytes)) = model.parameter_extent(node, output) else { return Ok(()) };
    let end = u64::from(offset) + parameter_bytes(filter_bytes, output.channels);
    let in_place =
        offset.is_multiple_of(ALIGNMENT) && u64::from(offset) >= *parameters_end && end <= model.weights().len() as u64;
    if !in_place {
        return Err(NodeError::Parameters(offset));
    }
    *parameters_end = end;
    let parameters = model.parameters(node, output).ok_or(NodeError::Parameters(offset))?;
    let input = model.tensor(node.inputs().next().unwrap_or(TensorId(0))).shape;
    let fan_in = fan_in(node, input);
    if node.layout() == Some(FilterLayout::Paired) {
        check_padding(&parameters, output.channels, fan_in)?;
    }
    let largest_sum = fan_in * MAX_PRODUCT;
    for (channel, numbers) in parameters.channels().enumerate() {
        check_rescale(numbers.rescale)?;
        if largest_sum + u64::from(numbers.bias.unsigned_abs()) > i32::MAX as u64 {
            return Err(NodeError::Accumulator { channel });
        }
    }
    Ok(())
}

/// What fills up a paired filter is zero, so that one filter has one form.
fn check_padding(parameters: &Parameters<'_>, channels: u16, fan_in: u64) -> Result<(), NodeError> {
    let fan_in = usize::try_from(fan_in).map_err(|_| NodeError::FilterPadding)?;
    let channels = usize::from(channels);
    let is_zero = |channel, k| parameters.filter.get(FilterLayout::Paired.position(channel, k, fan_in)) == Some(&0);
    let inputs = (0..channels).all(|channel| (fan_in..fan_in.next_multiple_of(4)).all(|k| is_zero(channel, k)));
    let last = (channels..channels.next_multiple_of(2))
        .all(|channel| (0..fan_in.next_multiple_of(4)).all(|k| is_zero(channel, k)));
    if inputs && last { Ok(()) } else { Err(NodeError::FilterPadding) }
}

fn check_add(node: &Node) -> Result<(), NodeError> {
    let Node::Add(op) = node else { return Ok(()) };
    if op.left_shift > MAX_LEFT_SHIFT {
        return Err(NodeError::LeftShift(op.left_shift));
    }
    if let Some(rescale) = op.input_rescale.iter().find(|rescale| rescale.shift > 0) {
        return Err(NodeError::InputShift(rescale.shift));
    }
    op.input_rescale.iter().chain([&op.output_rescale]).try_for_each(|rescale| check_rescale(*rescale))
}

fn check_rescale(Rescale { multiplier, shift }: Rescale) -> Result<(), NodeError> {
    let in_range = (multiplier == 0 || multiplier >= 1 << 30) && (-31..=30).contains(&shift);
    if in_range { Ok(()) } else { Err(NodeError::Rescale { multiplier, shift }) }
}
