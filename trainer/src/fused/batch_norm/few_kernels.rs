//! Batch normalization with the ReLU after it for GPUs: four kernels forward and four back, where burn's layer takes twice as
//! many.

use burn::nn::BatchNorm;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::running::follow;
use crate::fused::own_gradient::{OwnGradient, with_own_gradient};

/// `relu(norm(input))`, or `norm(input)` where it is not `rectified`, by the batch's own statistics, which the running ones
/// follow.
///
/// burn's layer brings each channel's numbers together before it adds them up, a copy of maps that have their channels last
/// in memory; their rows are there already.
///
/// # Shapes
/// `input` `[batch, channels, ..]` and the result too.
pub(super) fn of_batch<const D: usize>(norm: &BatchNorm, input: Tensor<D>, rectified: bool) -> Tensor<D> {
    let shape = input.shape();
    let (channels, count) = (shape[1], shape.num_elements() / shape[1]);
    let last = input.movedim(1, -1);
    let moved = last.shape();
    let inputs = [last.reshape([count, channels]), norm.gamma.val().unsqueeze(), norm.beta.val().unsqueeze()];

    let [rows, scale, shift] = inputs.clone().map(Tensor::inner);
    let mean = rows.clone().mean_dim(0);
    let centered = rows.clone() - mean.clone();
    let variance = (centered.clone() * centered).mean_dim(0);
    let inverse = (variance.clone() + norm.epsilon).sqrt().recip();
    let output = normalized(&rows, &mean, &inverse) * scale.clone() + shift;
    let output = if rectified { relu(output) } else { output };
    let rectified = rectified.then(|| output.clone());
    let output = with_own_gradient(Saved { rows, mean: mean.clone(), inverse, scale, rectified }, inputs, output);

    follow(norm, [mean, variance].map(|statistic| Tensor::from_inner(statistic.reshape([channels]))));
    output.reshape::<D, _>(moved).movedim(-1, 1)
}

#[derive(Debug, Clone)]
struct Saved {
    rows: Tensor<2>,
    mean: Tensor<2>,
    /// `1 / sqrt(variance + epsilon)`.
    inverse: Tensor<2>,
    scale: Tensor<2>,
    /// The output, where it is rectified.
    rectified: Option<Tensor<2>>,
}

/// Computed anew for the gradient, as a part of kernels that are launched anyway.
fn normalized(rows: &Tensor<2>, mean: &Tensor<2>, inverse: &Tensor<2>) -> Tensor<2> {
    (rows.clone() - mean.clone()) * inverse.clone()
}

impl OwnGradient<3> for Saved {
    /// With `n` for the normalized numbers and `g` for the gradient at the layer's output: at the input
    /// `scale * inverse * (g - mean(g) - n * mean(n * g))`, at the scale `sum(n * g)`, at the shift `sum(g)` (Ioffe and
    /// Szegedy 2015, section 3).
    fn backward(self, gradient: Tensor<2>) -> [Tensor<2>; 3] {
        let count = gradient.dims()[0] as f64;
        let normalized = normalized(&self.rows, &self.mean, &self.inverse);
        let gradient = match self.rectified {
            Some(output) => gradient.mask_fill(output.lower_equal_elem(0.0), 0.0),
            None => gradient,
        };
        let products = gradient.clone() * normalized.clone();
        let [at_scale, at_shift] = [products, gradient.clone()].map(|addends| addends.sum_dim(0));
        let along = (normalized * at_scale.clone() + at_shift.clone()) / count;
        [(gradient - along) * (self.scale * self.inverse), at_scale, at_shift]
    }
}
