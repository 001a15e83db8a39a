//! The network that is shipped.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::{Architecture, Layer};

/// Layers with batch normalization and ReLU, and a last one without.
#[derive(Module, Debug)]
pub struct Encoder {
    pub(super) layers: Vec<EncoderLayer>,
    feature_map: usize,
    conv: usize,
    fc: usize,
}

/// One layer; `norm` stands with ReLU behind all but the last.
#[derive(Module, Debug)]
pub(super) struct EncoderLayer {
    pub(super) conv: Option<Conv2d>,
    pub(super) linear: Option<Linear>,
    pub(super) norm: Option<BatchNorm>,
}

/// Representations of a batch of images.
#[derive(Debug, Clone)]
pub struct EncoderOutput {
    /// Local features, `[batch, channels, M, M]`, after ReLU.
    pub feature_map: Tensor<4>,
    /// Last convolution, `[batch, channels * height * width]`, after ReLU.
    pub conv: Tensor<2>,
    /// Last hidden fully connected layer, `[batch, units]`, after ReLU.
    pub fc: Tensor<2>,
    /// The global representation Y, `[batch, units]`, linear.
    pub embedding: Tensor<2>,
}

impl Encoder {
    /// Random weights, uniform in `±1/sqrt(fan_in)`, from the device's seed.
    pub fn new(architecture: &Architecture, device: &Device) -> Self {
        let last = architecture.layers.len() - 1;
        let layers = architecture.layers.iter().zip(architecture.input_shapes()).zip(architecture.shapes());
        let layers = layers
            .enumerate()
            .map(|(index, ((layer, input), output))| EncoderLayer::new(*layer, input, output[0], index == last, device))
            .collect();
        let Architecture { feature_map, conv, fc, .. } = *architecture;
        Self { layers, feature_map, conv, fc }
    }

    /// # Shapes
    /// `images` `[batch, channels, height, width]`, as [`images_to_tensor`] makes them.
    pub fn forward(&self, images: Tensor<4>) -> EncoderOutput {
        let mut outputs = self.forward_layers(images);
        let flat = |tensor: &Tensor<4>| tensor.clone().flatten::<2>(1, 3);
        EncoderOutput {
            conv: flat(&outputs[self.conv]),
            fc: flat(&outputs[self.fc]),
            embedding: flat(&outputs[self.layers.len() - 1]),
            feature_map: outputs.swap_remove(self.feature_map),
        }
    }

    /// Output of every layer, after its ReLU, `[batch, channels, height, width]`, fully connected ones `[batch, units, 1, 1]`.
    pub fn forward_layers(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        let mut outputs: Vec<Tensor<4>> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let input = outputs.last().unwrap_or(&images).clone();
            outputs.push(layer.forward(input));
        }
        outputs
    }
}

impl EncoderLayer {
    /// A layer with an input of `[channels, height, width]`; only the last one has a bias and no normalization.
    fn new(layer: Layer, input: [usize; 3], channels: usize, is_last: bool, device: &Device) -> Self {
        let (mut conv, mut linear) = (None, None);
        match layer {
            Layer::Conv2d { channels, kernel, stride, padding } => {
                let config = Conv2dConfig::new([input[0], channels], [kernel, kernel])
                    .with_stride([stride, stride])
                    .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
                    .with_bias(is_last);
                conv = Some(config.init(device));
            }
            Layer::Linear { units } => {
                linear = Some(LinearConfig::new(input.iter().product(), units).with_bias(is_last).init(device));
            }
        }
        let norm = (!is_last).then(|| BatchNormConfig::new(channels).init(device));
        Self { conv, linear, norm }
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let sum = match (&self.conv, &self.linear) {
            (Some(conv), _) => conv.forward(input),
            (None, Some(linear)) => linear.forward(input.flatten::<2>(1, 3)).unsqueeze_dims(&[2, 3]),
            (None, None) => input,
        };
        match &self.norm {
            Some(norm) => relu(norm.forward(sum)),
            None => sum,
        }
    }
}

/// A raw pixel as the encoder takes it, `(pixel - 128) / 128`: exactly what the device computes with.
pub fn real_pixel(pixel: u8) -> f32 {
    (f32::from(pixel) - 128.0) / 128.0
}

/// Raw pixels as the encoder takes them, each as [`real_pixel`] says.
///
/// # Shapes
/// `pixels` `[batch, height, width, channels]` of `[height, width, channels]` images; the result
/// `[batch, channels, height, width]`.
pub fn images_to_tensor(pixels: &[u8], shape: dim_model_format::Shape, device: &Device) -> Tensor<4> {
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let batch = pixels.len() / (height * width * channels);
    let values: Vec<f32> = pixels.iter().map(|pixel| real_pixel(*pixel)).collect();
    let images = Tensor::<4>::from_data(TensorData::new(values, [batch, height, width, channels]), device);
    images.permute([0, 3, 1, 2])
}
