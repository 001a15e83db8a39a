//! Batch normalization with the ReLU after it: two passes forward, two back.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::nn::BatchNorm;
use burn::tensor::activation::relu;
use burn::tensor::{Shape, Tensor};

use super::cpu::{node, tracked};
use super::rows::{channels_last, channels_second, tensor, vector};
use moments::Moments;
use normalization::Normalization;

mod few_kernels;
mod moments;
mod normalization;
mod running;

/// `relu(norm(input))`, or `norm(input)` where it is not `rectified`.
///
/// # Shapes
/// `input` `[batch, channels, ..]` and the result too.
pub(crate) fn batch_norm<const D: usize>(norm: &BatchNorm, input: Tensor<D>, rectified: bool) -> Tensor<D> {
    let [scale, shift] = [&norm.gamma, &norm.beta].map(|parameter| tracked(&parameter.val()));
    let (Some(x), Some(scale), Some(shift), true) = (tracked(&input), scale, shift, norm.training.is_enabled()) else {
        if norm.training.is_enabled() && input.device().is_autodiff() {
            return few_kernels::of_batch(norm, input, rectified);
        }
        let output = norm.forward(input);
        return if rectified { relu(output) } else { output };
    };
    drop(input);
    let ((x, of_x), (scale, of_scale), (shift, of_shift)) = (x.into_parts(), scale.into_parts(), shift.into_parts());
    let shape = x.layout().shape().clone();
    let rows = channels_last(x);
    let Moments { mean, variance, .. } = Moments::of_all(rows.storage(), shape[1]);
    let deviation = |variance: &f64| (1.0 / (variance + norm.epsilon).sqrt()) as f32;
    let normalization = Normalization {
        mean: mean.iter().map(|mean| *mean as f32).collect(),
        inverse_deviation: variance.iter().map(deviation).collect(),
        scale: vector(&scale),
        shift: vector(&shift),
        rectified,
    };
    let variance = variance.iter().map(|variance| *variance as f32).collect();
    let statistics = [normalization.mean.clone(), variance];
    running::follow(norm, statistics.map(|values| Tensor::from_data(values.as_slice(), &norm.gamma.device())));
    let output = channels_second(&tensor(normalization.forward(rows.storage()), rows.layout().shape().clone()), &shape);
    node(BatchNormalization, [of_x, of_scale, of_shift], Saved { rows, shape, normalization }, output)
}

#[derive(Debug, Clone)]
struct Saved {
    /// The input, channels last.
    rows: FlexTensor,
    shape: Shape,
    normalization: Normalization,
}

#[derive(Debug)]
struct BatchNormalization;

impl Backward<Flex, 3> for BatchNormalization {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { rows, shape, normalization } = ops.state;
        let mut gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let [at_scale, at_shift] = normalization.backward(rows.storage(), gradient.storage_mut());
        let channels = at_scale.len();
        let found = [channels_second(&gradient, &shape), tensor(at_scale, [channels]), tensor(at_shift, [channels])];
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let Some(parent) = parent {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

#[cfg(test)]
mod tests;
