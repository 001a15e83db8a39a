//! Convolution of a whole batch as one matrix product, with the channels last.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::{Shape, Tensor};
use dim_model_format::Window;
use rayon::prelude::*;

use super::cpu::{Cpu, tracked};
use super::rows::{channels_last, channels_second, tensor};

/// `input * weight`, or `None` where it has to be burn's: on other devices and in other precisions.
///
/// # Shapes
/// `input` `[batch, inputs, height, width]`, `weight` `[outputs, inputs, rows, columns]` of one group; the result
/// `[batch, outputs, height, width]`, in memory with the channels last.
pub(crate) fn convolution(input: &Tensor<4>, weight: &Tensor<4>, window: Window) -> Option<Tensor<4>> {
    let ((x, of_x), (weight, of_weight)) = (tracked(input)?.into_parts(), tracked(weight)?.into_parts());
    let [batch, channels, height, width] = input.dims();
    let patches = Patches::new([batch, height, width, channels], window);
    let outputs = weight.layout().shape()[0];
    let shape = Shape::from([batch, outputs, patches.places[0], patches.places[1]]);
    let filters = channels_last(weight).reshape(Shape::from([outputs, patches.numbers()]));
    let columns = patches.gathered(channels_last(x).storage());
    let output = Flex::float_matmul(columns.clone(), filters.transpose(0, 1));
    let output = channels_second(&output, &shape);
    let saved = Saved { patches, columns, filters };
    let output = match Convolution.prepare::<NoCheckpointing>([of_x, of_weight]).compute_bound().stateful() {
        OpsKind::Tracked(ready) => ready.finish(saved, output),
        OpsKind::UnTracked(ready) => ready.finish(output),
    };
    Some(Tensor::from_primitive::<Cpu>(output))
}

/// The parts of every image that an output is computed from.
#[derive(Debug, Clone)]
struct Patches {
    /// `[batch, height, width, channels]` of the input.
    input: [usize; 4],
    /// Rows and columns of the output.
    places: [usize; 2],
    window: Window,
}

impl Patches {
    fn new(input: [usize; 4], window: Window) -> Self {
        let [top, left, bottom, right] = padding(window);
        let [rows, columns] = window.kernel.map(usize::from);
        let [down, across] = window.stride.map(usize::from);
        let places = [(input[1] + top + bottom - rows) / down + 1, (input[2] + left + right - columns) / across + 1];
        Self { input, places, window }
    }

    /// Of a patch.
    fn numbers(&self) -> usize {
        self.window.kernel.map(usize::from).iter().product::<usize>() * self.input[3]
    }

    /// Numbers of an image, and of its patches.
    fn sizes(&self) -> [usize; 2] {
        let [_, height, width, channels] = self.input;
        [height * width * channels, self.places[0] * self.places[1] * self.numbers()]
    }

    /// Calls `visit` for each run of numbers that lies together in an image and in a patch of it, with where it begins in
    /// the image, where in the patches, and how long it is. What is padding is in none.
    fn runs(&self, mut visit: impl FnMut(usize, usize, usize)) {
        let [_, height, width, channels] = self.input;
        let [top, left, ..] = padding(self.window);
        let [rows, columns] = self.window.kernel.map(usize::from);
        let [down, across] = self.window.stride.map(usize::from);
        for (place, patch) in (0..self.places[0] * self.places[1]).zip((0..).step_by(self.numbers())) {
            let [y, x] = [place / self.places[1] * down, place % self.places[1] * across];
            let [first, end] = [left.saturating_sub(x), columns.min((width + left).saturating_sub(x))];
            for row in top.saturating_sub(y)..rows.min((height + top).saturating_sub(y)) {
                if first < end {
                    let from = ((y + row - top) * width + x + first - left) * channels;
                    visit(from, patch + (row * columns + first) * channels, (end - first) * channels);
                }
            }
        }
    }

    /// `[batch * places, numbers]` of an input with the channels last.
    fn gathered(&self, input: &[f32]) -> FlexTensor {
        let [image, patches] = self.sizes();
        let mut columns = vec![0.0; self.input[0] * patches];
        columns.par_chunks_mut(patches).zip(input.par_chunks(image)).for_each(|(patches, image)| {
            self.runs(|from, to, length| patches[to..to + length].copy_from_slice(&image[from..from + length]));
        });
        tensor(columns, [self.input[0] * self.places[0] * self.places[1], self.numbers()])
    }

    /// The sum of patches where they lie over one another: an input with the channels last.
    fn scattered(&self, columns: &[f32]) -> FlexTensor {
        let [image, patches] = self.sizes();
        let [batch, height, width, channels] = self.input;
        let mut input = vec![0.0_f32; batch * image];
        input.par_chunks_mut(image).zip(columns.par_chunks(patches)).for_each(|(image, patches)| {
            self.runs(|to, from, length| {
                let sums = image[to..to + length].iter_mut();
                sums.zip(&patches[from..from + length]).for_each(|(sum, number)| *sum += number);
            });
        });
        tensor(input, [batch * height * width, channels])
    }
}

/// `[top, left, bottom, right]`.
fn padding(window: Window) -> [usize; 4] {
    let padding = window.padding;
    [padding.top, padding.left, padding.bottom, padding.right].map(usize::from)
}

#[derive(Debug, Clone)]
struct Saved {
    patches: Patches,
    /// `[batch * places, numbers]`.
    columns: FlexTensor,
    /// `[outputs, numbers]`.
    filters: FlexTensor,
}

#[derive(Debug)]
struct Convolution;

impl Backward<Flex, 2> for Convolution {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { patches, columns, filters } = ops.state;
        let gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let [outputs, numbers] = [0, 1].map(|axis| filters.layout().shape()[axis]);
        let [batch, height, width, channels] = patches.input;
        let gradient = gradient.reshape(Shape::from([batch * patches.places[0] * patches.places[1], outputs]));
        let [input, weight] = ops.parents;
        if let Some(weight) = weight {
            let at_filters = Flex::float_matmul(gradient.transpose(0, 1), columns);
            let [rows, across] = patches.window.kernel.map(usize::from);
            debug_assert_eq!(numbers, rows * across * channels);
            let at_weight = channels_second(&at_filters, &Shape::from([outputs, channels, rows, across]));
            gradients.register::<Flex>(weight.id, at_weight);
        }
        if let Some(input) = input {
            let at_columns = Flex::float_matmul(gradient, filters);
            let at_input = patches.scattered(at_columns.storage());
            let shape = Shape::from([batch, channels, height, width]);
            gradients.register::<Flex>(input.id, channels_second(&at_input, &shape));
        }
    }
}

#[cfg(test)]
mod tests;
