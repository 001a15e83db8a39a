//! Matrix products, and with them fully connected layers.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::nn::Linear;
use burn::tensor::Tensor;

use super::bias::add_bias;
use super::cpu::{node, plain, tracked};
use super::rows::tensor;
use matrix::Matrix;

mod matrix;

/// `left * right`.
///
/// # Shapes
/// `left` `[rows, depth]`, `right` `[depth, columns]`; the result `[rows, columns]`.
pub(crate) fn product(left: Tensor<2>, right: Tensor<2>) -> Tensor<2> {
    if let (Some(a), Some(b)) = (plain(&left), plain(&right)) {
        let [a, b] = [a, b].map(readable);
        return Tensor::from_primitive::<Flex>(of(matrix(&a), matrix(&b)));
    }
    let (Some(a), Some(b)) = (tracked(&left), tracked(&right)) else {
        return left.matmul(right);
    };
    drop((left, right));
    let ((a, of_a), (b, of_b)) = (a.into_parts(), b.into_parts());
    let saved = Saved { left: readable(a), right: readable(b) };
    let output = of(matrix(&saved.left), matrix(&saved.right));
    node(ProductNode, [of_a, of_b], saved, output)
}

/// `input * weight + bias`, as [`Linear::forward`].
pub(crate) fn linear(layer: &Linear, input: Tensor<2>) -> Tensor<2> {
    let output = product(input, layer.weight.val());
    match &layer.bias {
        Some(bias) => add_bias(output, &bias.val()),
        None => output,
    }
}

/// The same numbers, where rows or columns have no gaps. A copy where neither is so.
fn readable(matrix: FlexTensor) -> FlexTensor {
    let is_readable = match *matrix.layout().strides() {
        [row, column] => row > 0 && column > 0 && (row == 1 || column == 1),
        _ => false,
    };
    if is_readable { matrix } else { matrix.to_contiguous() }
}

fn matrix(tensor: &FlexTensor) -> Matrix<'_> {
    let layout = tensor.layout();
    let [rows, columns] = [0, 1].map(|axis| layout.shape()[axis]);
    let [row, column] = [0, 1].map(|axis| layout.strides()[axis].unsigned_abs());
    Matrix { numbers: &tensor.storage()[layout.start_offset()..], rows, columns, row, column }
}

/// In memory by rows, or by columns where that moves fewer numbers.
fn of(left: Matrix<'_>, right: Matrix<'_>) -> FlexTensor {
    if left.is_better_flipped(right) { by_columns(left, right) } else { by_rows(left, right) }
}

fn by_rows(left: Matrix<'_>, right: Matrix<'_>) -> FlexTensor {
    tensor(left.times(right), [left.rows, right.columns])
}

fn by_columns(left: Matrix<'_>, right: Matrix<'_>) -> FlexTensor {
    by_rows(right.transposed(), left.transposed()).transpose(0, 1)
}

#[derive(Debug, Clone)]
struct Saved {
    left: FlexTensor,
    right: FlexTensor,
}

#[derive(Debug)]
struct ProductNode;

impl Backward<Flex, 2> for ProductNode {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let gradient = readable(gradients.consume::<Flex>(&ops.node));
        let [left, right, gradient] = [&ops.state.left, &ops.state.right, &gradient].map(matrix);
        let [of_left, of_right] = ops.parents;
        if let Some(of_left) = of_left {
            gradients.register::<Flex>(of_left.id, of(gradient, right.transposed()));
        }
        if let Some(of_right) = of_right {
            // In the order in which the right side lies, so that whatever it is a view of need not be copied.
            let found = if right.column == 1 {
                by_rows(left.transposed(), gradient)
            } else {
                by_columns(left.transposed(), gradient)
            };
            gradients.register::<Flex>(of_right.id, found);
        }
    }
}

#[cfg(test)]
mod tests;
