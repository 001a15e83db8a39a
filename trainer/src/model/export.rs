//! The trained encoder without burn: plain numbers, batch normalization folded in.

use burn::nn::{BatchNorm, Linear};
use burn::tensor::Tensor;

use super::{Architecture, Encoder, Layer};

/// An encoder in evaluation mode.
#[derive(Debug, Clone)]
pub struct FloatEncoder {
    /// What it was built from.
    pub architecture: Architecture,
    /// One for each layer of the architecture.
    pub layers: Vec<FloatLayer>,
}

/// `out = relu?(weights * in + bias)`.
#[derive(Debug, Clone)]
pub struct FloatLayer {
    /// Geometry.
    pub operator: FloatOperator,
    /// Convolution: `[out_channels, in_channels, kernel, kernel]`. Fully connected: `[out, in]`, the
    /// input flattened in `[channels, height, width]` order.
    pub weights: Vec<f32>,
    /// `[out_channels]`.
    pub bias: Vec<f32>,
    /// Whether negative outputs become zero.
    pub relu: bool,
}

/// Kind and extents of a layer; shapes are `[channels, height, width]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloatOperator {
    /// Square convolution.
    Conv2d {
        /// Input channels.
        in_channels: usize,
        /// Kernel height and width.
        kernel: usize,
        /// Distance between windows.
        stride: usize,
        /// Zeros on each side.
        padding: usize,
    },
    /// Fully connected layer.
    Linear {
        /// Shape of the input before flattening.
        input: [usize; 3],
    },
}

impl Encoder {
    /// Copies the weights out and folds each batch normalization into the layer before it:
    /// `w' = w * g / sqrt(var + eps)`, `b' = beta - mean * g / sqrt(var + eps)`, in f64.
    pub fn export(&self, architecture: &Architecture) -> FloatEncoder {
        let layers = self.layers.iter().zip(&architecture.layers).zip(architecture.input_shapes());
        let layers = layers.map(|((layer, kind), input)| {
            let (operator, mut weights, bias) = match (*kind, &layer.conv, &layer.linear) {
                (Layer::Conv2d { kernel, stride, padding, .. }, Some(conv), _) => {
                    let operator = FloatOperator::Conv2d { in_channels: input[0], kernel, stride, padding };
                    (operator, numbers(conv.weight.val()), conv.bias.as_ref().map(|bias| numbers(bias.val())))
                }
                (_, _, Some(linear)) => {
                    let bias = linear.bias.as_ref().map(|bias| numbers(bias.val()));
                    (FloatOperator::Linear { input }, transposed(linear), bias)
                }
                _ => unreachable!("Encoder::new makes the module that its architecture names"),
            };
            let bias = match (&layer.norm, bias) {
                (Some(norm), _) => fold_batch_norm(norm, &mut weights),
                (None, Some(bias)) => bias,
                (None, None) => unreachable!("a layer without batch normalization has a bias"),
            };
            FloatLayer { operator, weights, bias, relu: layer.norm.is_some() }
        });
        FloatEncoder { architecture: architecture.clone(), layers: layers.collect() }
    }
}

/// Scales `weights` `[out, fan_in]` and returns the bias `[out]`.
fn fold_batch_norm(norm: &BatchNorm, weights: &mut [f32]) -> Vec<f32> {
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
fn transposed(linear: &Linear) -> Vec<f32> {
    numbers(linear.weight.val().transpose())
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_to_vec_as::<f32>().expect("a trained tensor on a working device can be read")
}
