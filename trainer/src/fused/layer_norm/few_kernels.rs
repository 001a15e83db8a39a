//! Layer normalization of a sum for GPUs, with its gradient as one node.

use burn::nn::LayerNorm;
use burn::tensor::Tensor;

use crate::fused::own_gradient::{OwnGradient, with_own_gradient};

/// `norm(first + second + bias)`; the layer has a shift.
///
/// # Shapes
/// `first`, `second` `[rows, width]` and the result too; `bias` `[width]`.
pub(super) fn of_sum(
    norm: &LayerNorm,
    epsilon: f64,
    [first, second]: [Tensor<2>; 2],
    [bias, shift]: [Tensor<1>; 2],
) -> Tensor<2> {
    let inputs = [first, second, bias.unsqueeze(), norm.gamma.val().unsqueeze(), shift.unsqueeze()];
    let [first, second, bias, scale, shift] = inputs.clone().map(Tensor::inner);
    let sum = first + second + bias;
    let centered = sum.clone() - sum.mean_dim(1);
    let variance = (centered.clone() * centered.clone()).mean_dim(1);
    let inverse = (variance + epsilon).sqrt().recip();
    let normalized = centered * inverse.clone();
    let output = normalized.clone() * scale.clone() + shift;
    with_own_gradient(Saved { normalized, inverse, scale }, inputs, output)
}

#[derive(Debug, Clone)]
struct Saved {
    normalized: Tensor<2>,
    /// `1 / sqrt(variance + epsilon)` of every row.
    inverse: Tensor<2>,
    scale: Tensor<2>,
}

impl OwnGradient<5> for Saved {
    /// With `n` for the normalized numbers and `h` for the gradient at the output times the scale: at the sum
    /// `inverse * (h - mean(h) - n * mean(n * h))`, by rows (Ba et al. 2016, supplement).
    fn backward(self, gradient: Tensor<2>) -> [Tensor<2>; 5] {
        let Self { normalized, inverse, scale } = self;
        let scaled = gradient.clone() * scale;
        let [products, scaled_products] = [&gradient, &scaled].map(|gradient| gradient.clone() * normalized.clone());
        let [at_scale, at_shift] = [products, gradient].map(|addends| addends.sum_dim(0));
        let [slope, mean] = [scaled_products, scaled.clone()].map(|addends| addends.mean_dim(1));
        let at_sum = (scaled - mean - normalized * slope) * inverse;
        [at_sum.clone(), at_sum.clone(), at_sum.sum_dim(0), at_scale, at_shift]
    }
}
