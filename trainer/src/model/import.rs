//! The numbers of an encoder from elsewhere; the other way is [`Encoder::export`].

use burn::module::{Param, RunningState};
use burn::tensor::{Device, Tensor, TensorData};

use super::Encoder;

/// The numbers of a weighted layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerNumbers {
    /// Convolution: `[out_channels, in_channels, kernel_height, kernel_width]`, depthwise with 1 input
    /// channel. Fully connected: `[out, in]`, the input flattened in `[channels, height, width]` order.
    pub weights: Vec<f32>,
    /// What follows the products.
    pub behind: Behind,
}

/// What is done to a weighted layer's sums of products.
#[derive(Debug, Clone, PartialEq)]
pub enum Behind {
    /// It is added; `[out]`.
    Bias(Vec<f32>),
    /// Batch normalization with these `[out]`: `scale * (sum - mean) / sqrt(variance + 1e-5) + shift`.
    Norm {
        /// Learned; PyTorch's `weight`.
        scale: Vec<f32>,
        /// Learned; PyTorch's `bias`.
        shift: Vec<f32>,
        /// Of the sums in training.
        mean: Vec<f32>,
        /// Of the sums in training.
        variance: Vec<f32>,
    },
}

impl Encoder {
    /// Replaces all numbers.
    ///
    /// # Panics
    /// If there are more or fewer than the architecture has, or `numbers` has none where it has some.
    pub fn with_numbers(mut self, numbers: &[Option<LayerNumbers>]) -> Self {
        assert_eq!(numbers.len(), self.layers.len(), "one for each layer");
        for (layer, numbers) in self.layers.iter_mut().zip(numbers) {
            let Some(LayerNumbers { weights, behind }) = numbers else { continue };
            if let Some(conv) = &mut layer.conv {
                let (shape, device) = (conv.weight.dims(), conv.weight.device());
                conv.weight = Param::from_tensor(tensor(weights, shape, &device));
                if let Behind::Bias(bias) = behind {
                    conv.bias = Some(Param::from_tensor(tensor(bias, [bias.len()], &device)));
                }
            }
            if let Some(linear) = &mut layer.linear {
                let ([inputs, units], device) = (linear.weight.dims(), linear.weight.device());
                // burn keeps `[in, out]`.
                linear.weight = Param::from_tensor(tensor(weights, [units, inputs], &device).transpose());
                if let Behind::Bias(bias) = behind {
                    linear.bias = Some(Param::from_tensor(tensor(bias, [bias.len()], &device)));
                }
            }
            if let (Some(norm), Behind::Norm { scale, shift, mean, variance }) = (&mut layer.norm, behind) {
                let device = norm.gamma.device();
                let vector = |values: &[f32]| tensor(values, [values.len()], &device);
                norm.gamma = Param::from_tensor(vector(scale));
                norm.beta = Param::from_tensor(vector(shift));
                norm.running_mean = RunningState::new(vector(mean));
                norm.running_var = RunningState::new(vector(variance));
            }
        }
        self
    }
}

fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}
