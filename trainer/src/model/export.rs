//! The trained encoder without burn: plain numbers, batch normalization folded in.

use burn::nn::{BatchNorm, Linear};
use burn::tensor::Tensor;

use super::Encoder;
use super::encoder::EncoderLayer;
use crate::architecture::Architecture;

/// An encoder in evaluation mode.
#[derive(Debug, Clone)]
pub struct FloatEncoder {
    /// What it was built from.
    pub architecture: Architecture,
    /// One for each layer of the architecture; `None` where the operator has no weights.
    pub filters: Vec<Option<FloatFilter>>,
}

/// The numbers of a weighted operator, `out = weights * in + bias`.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatFilter {
    /// Convolution: `[out_channels, in_channels, kernel_height, kernel_width]`, depthwise with 1 input
    /// channel. Fully connected: `[out, in]`, the input flattened in `[channels, height, width]` order.
    pub weights: Vec<f32>,
    /// `[out_channels]`.
    pub bias: Vec<f32>,
}

impl FloatEncoder {
    /// An encoder that computes nothing but zeros: what the architecture costs can be seen before it is trained.
    pub fn zeros(architecture: &Architecture) -> Self {
        let layers = architecture.layers.iter().zip(architecture.weights()).zip(architecture.extents());
        let filters = layers.map(|((layer, weights), output)| {
            let zeros = || FloatFilter { weights: vec![0.0; weights], bias: vec![0.0; output.shape.channels.into()] };
            layer.operator.is_weighted().then(zeros)
        });
        Self { architecture: architecture.clone(), filters: filters.collect() }
    }
}

impl Encoder {
    /// Copies the weights out and folds each batch normalization into the layer before it:
    /// `w' = w * g / sqrt(var + eps)`, `b' = beta - mean * g / sqrt(var + eps)`, in f64.
    pub fn export(&self) -> FloatEncoder {
        let filters = self.layers.iter().map(export).collect();
        FloatEncoder { architecture: self.architecture.clone(), filters }
    }
}

fn export(EncoderLayer { conv, linear, norm, .. }: &EncoderLayer) -> Option<FloatFilter> {
    let (mut weights, bias) = match (conv, linear) {
        (Some(conv), _) => (numbers(conv.weight.val()), &conv.bias),
        (None, Some(linear)) => (transposed(linear), &linear.bias),
        (None, None) => return None,
    };
    let bias = match (norm, bias) {
        (Some(norm), _) => fold_batch_norm(norm, &mut weights),
        (None, Some(bias)) => numbers(bias.val()),
        (None, None) => unreachable!("a layer without batch normalization has a bias"),
    };
    Some(FloatFilter { weights, bias })
}

/// Scales `weights` `[out, fan_in]` and returns the bias `[out]`.
pub(super) fn fold_batch_norm(norm: &BatchNorm, weights: &mut [f32]) -> Vec<f32> {
    let [gamma, beta] = [numbers(norm.gamma.val()), numbers(norm.beta.val())];
    let [mean, variance] = [numbers(norm.running_mean.value_sync()), numbers(norm.running_var.value_sync())];
    let fan_in = weights.len() / gamma.len();
    let fold = |(channel, row): (usize, &mut [f32])| {
        let factor = f64::from(gamma[channel]) / (f64::from(variance[channel]) + norm.epsilon).sqrt();
        row.iter_mut().for_each(|weight| *weight = (f64::from(*weight) * factor) as f32);
        (f64::from(beta[channel]) - f64::from(mean[channel]) * factor) as f32
    };
    weights.chunks_exact_mut(fan_in).enumerate().map(fold).collect()
}

/// burn keeps `[in, out]`.
pub(super) fn transposed(linear: &Linear) -> Vec<f32> {
    numbers(linear.weight.val().transpose())
}

pub(super) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_to_vec_as::<f32>().expect("a trained tensor on a working device can be read")
}
