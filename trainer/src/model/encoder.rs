//! The network that is shipped.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::module::{avg_pool2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor};
use dim_model_format::{Padding, Window};

use super::crops::{fold, unfold};
use super::dense::dense;
use crate::architecture::{Architecture, Extent, Layer, Operator, Source};
use crate::device::is_cpu;
use crate::fused::{average, batch_norm, relu_of_sum};
use crate::settings::Precision;

/// An architecture with its learned numbers.
#[derive(Module, Debug)]
pub struct Encoder {
    pub(super) layers: Vec<EncoderLayer>,
    #[module(skip)]
    pub(super) architecture: Architecture,
    #[module(skip)]
    pub(super) precision: Precision,
    #[module(skip)]
    pub(super) maps: Vec<usize>,
}

/// The learned numbers of one layer; none where it only pools, adds or rearranges.
#[derive(Module, Debug)]
pub(super) struct EncoderLayer {
    pub(super) conv: Option<Conv2d>,
    pub(super) linear: Option<Linear>,
    pub(super) norm: Option<BatchNorm>,
    dropout: Option<Dropout>,
}

/// Share of the outputs that a layer with dropout drops.
const DROPPED: f64 = 0.1;

/// Representations of a batch of images.
#[derive(Debug, Clone)]
pub struct EncoderOutput {
    /// Local features, `[batch, channels, M, M]`, after ReLU.
    pub feature_map: Tensor<4>,
    /// Last layer with rows and columns, `[batch, channels, height, width]`, after ReLU.
    pub conv: Tensor<4>,
    /// Last hidden vector, `[batch, units]`, after ReLU.
    pub fc: Tensor<2>,
    /// The global representation Y, `[batch, globals * units]`, one global after the other. There is one,
    /// and it is linear, except where [`Architecture::globals`] says that there are more.
    pub embedding: Tensor<2>,
    /// Outputs of the layers of [`Encoder::with_maps`], `[batch, channels, height, width]`.
    pub maps: Vec<Tensor<4>>,
}

impl Encoder {
    /// Random weights, uniform in `±1/sqrt(fan_in)`, from the device's seed.
    pub fn new(architecture: &Architecture, device: &Device) -> Self {
        let extents = architecture.input_extents().into_iter().zip(architecture.extents());
        let layers = architecture.layers.iter().zip(extents);
        let layers = layers.map(|(layer, (input, output))| EncoderLayer::new(layer, input, output, device));
        let (layers, architecture) = (layers.collect(), architecture.clone());
        Self { layers, architecture, precision: Precision::F32, maps: Vec::new() }
    }

    /// The same encoder with its layers computed in `precision`.
    pub fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// The same encoder, which also gives out what these layers compute.
    pub fn with_maps(self, maps: Vec<usize>) -> Self {
        Self { maps, ..self }
    }

    /// What it is made of.
    pub const fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Number of layers.
    pub fn layer_count(&self) -> usize {
        self.layers.len()
    }

    /// In training, an architecture with dropout draws from burn's generator; seed it with `seed_alone` where results are
    /// to be repeatable.
    ///
    /// # Shapes
    /// `images` `[batch, channels, height, width]`, as [`images_to_tensor`](super::images_to_tensor) makes them.
    pub fn forward(&self, images: Tensor<4>) -> EncoderOutput {
        self.tapped(self.forward_layers(images))
    }

    /// What is taken of the outputs of all layers.
    pub(super) fn tapped(&self, mut outputs: Vec<Tensor<4>>) -> EncoderOutput {
        let Architecture { feature_map, conv, fc, .. } = self.architecture;
        let flat = |tensor: &Tensor<4>| tensor.clone().flatten::<2>(1, 3);
        let last = &outputs[self.layers.len() - 1];
        EncoderOutput {
            maps: self.maps.iter().map(|layer| outputs[*layer].clone()).collect(),
            conv: outputs[conv].clone(),
            fc: flat(&outputs[fc]),
            embedding: if self.architecture.globals() > 1 {
                flat(&last.clone().permute([0, 2, 3, 1]))
            } else {
                flat(last)
            },
            feature_map: outputs.swap_remove(feature_map),
        }
    }

    /// Output of every layer, after its ReLU, `[batch, channels, height, width]`, fully connected ones
    /// `[batch, units, 1, 1]`; inside of crops `[crops * batch, channels, height, width]`.
    pub fn forward_layers(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        let mut outputs: Vec<Tensor<4>> = Vec::with_capacity(self.layers.len());
        for (numbers, layer) in self.layers.iter().zip(&self.architecture.layers) {
            let read = |source| match source {
                Source::Image => images.clone(),
                Source::Layer(index) => outputs[index].clone(),
            };
            let output = numbers.forward(layer, self.precision, read);
            outputs.push(output);
        }
        outputs
    }

    /// The embedding by the last layer alone, which is neither folded nor normalized.
    ///
    /// # Shapes
    /// `read` gives the images or what a layer made of them, `[batch, channels, height, width]`; the result `[batch, units]`.
    pub(crate) fn embedding_of(&self, read: impl Fn(Source) -> Tensor<4>) -> Tensor<2> {
        let last = self.layers.last().zip(self.architecture.layers.last());
        let (numbers, layer) = last.expect("an encoder has layers");
        numbers.operate(layer, self.precision, read).flatten(1, 3)
    }
}

impl EncoderLayer {
    fn new(layer: &Layer, input: Extent, output: Extent, device: &Device) -> Self {
        let channels = [input, output].map(|extent| usize::from(extent.shape.channels));
        let conv = |window: Window, groups| {
            let Padding { top, left, bottom, right } = window.padding;
            let [top, left, bottom, right] = [top, left, bottom, right].map(usize::from);
            Conv2dConfig::new(channels, window.kernel.map(usize::from))
                .with_stride(window.stride.map(usize::from))
                .with_padding(PaddingConfig2d::Explicit(top, left, bottom, right))
                .with_groups(groups)
                .with_bias(!layer.norm)
                .init(device)
        };
        let dropout = layer.dropout.then(|| DropoutConfig::new(DROPPED).init());
        let mut made = Self { conv: None, linear: None, norm: None, dropout };
        match layer.operator {
            Operator::Conv2d { window, .. } => made.conv = Some(conv(window, 1)),
            Operator::DepthwiseConv2d { window } => made.conv = Some(conv(window, channels[0])),
            Operator::Linear { units } => {
                let inputs = usize::try_from(input.shape.elements()).unwrap_or(usize::MAX);
                let config = LinearConfig::new(inputs, units.into()).with_bias(!layer.norm);
                made.linear = Some(config.init(device));
            }
            _ => {}
        }
        made.norm = layer.norm.then(|| BatchNormConfig::new(channels[1]).init(device));
        made
    }

    /// `read` gives the output of an earlier layer, or the images.
    fn forward(&self, layer: &Layer, precision: Precision, read: impl Fn(Source) -> Tensor<4>) -> Tensor<4> {
        if let (Operator::Add { shortcut }, true) = (layer.operator, layer.relu) {
            return relu_of_sum(read(layer.input), read(shortcut));
        }
        let output = self.operate(layer, precision, read);
        let output = match &self.dropout {
            Some(dropout) => drop_out(dropout, output),
            None => output,
        };
        let output = match &self.norm {
            Some(norm) => return batch_norm(norm, output, layer.relu),
            None => output,
        };
        if layer.relu { relu(output) } else { output }
    }

    /// The operator alone, without what follows it.
    pub(super) fn operate(&self, layer: &Layer, precision: Precision, read: impl Fn(Source) -> Tensor<4>) -> Tensor<4> {
        let input = read(layer.input);
        match (layer.operator, &self.conv, &self.linear) {
            (Operator::MaxPool2d { window }, ..) => {
                let options = MaxPoolOptions::new(window.kernel.map(usize::from));
                let options = options.with_stride(window.stride.map(usize::from));
                max_pool2d(input, options.with_padding_pairs(padding_pairs(window)))
            }
            (Operator::AveragePool2d { window }, ..) => {
                let whole = [2, 3].map(|axis| input.dims()[axis]) == window.kernel.map(usize::from);
                if whole
                    && padding_pairs(window) == [(0, 0); 2]
                    && let Some(output) = average(&input)
                {
                    return output;
                }
                let options = AvgPoolOptions::new(window.kernel.map(usize::from));
                let options = options.with_stride(window.stride.map(usize::from)).with_count_include_pad(false);
                avg_pool2d(input, options.with_padding_pairs(padding_pairs(window)))
            }
            (Operator::Add { shortcut }, ..) => input + read(shortcut),
            (Operator::Unfold { crop, stride }, ..) => unfold(&input, crop.into(), stride.into()),
            (Operator::Fold { grid }, ..) => fold(input, grid.into()),
            (Operator::DepthwiseConv2d { .. }, Some(conv), _) if !is_cpu(&input.device()) => {
                precision.conv2d(&dense(conv), input)
            }
            (_, Some(conv), _) => precision.conv2d(conv, input),
            (_, _, Some(linear)) => precision.linear(linear, input.flatten::<2>(1, 3)).unsqueeze_dims(&[2, 3]),
            (_, None, None) => unreachable!("EncoderLayer::new gives every weighted operator its numbers"),
        }
    }
}

/// In training: drops whole channels of a map, and units of a vector, as the authors do.
fn drop_out(dropout: &Dropout, output: Tensor<4>) -> Tensor<4> {
    let [batch, channels, ..] = output.dims();
    let kept = dropout.forward(Tensor::ones([batch, channels, 1, 1], &output.device()));
    output * kept
}

/// Begin and end of each axis.
fn padding_pairs(Window { padding: Padding { top, left, bottom, right }, .. }: Window) -> [(usize, usize); 2] {
    [(top.into(), bottom.into()), (left.into(), right.into())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::seed_alone;

    #[test]
    fn whole_channels_are_dropped_in_training_only() {
        let device = Device::flex().autodiff();
        let _alone = seed_alone(&device, 0);
        let dropout = DropoutConfig::new(DROPPED).init();
        let ones = Tensor::<4>::ones([20, 100, 2, 2], &device);
        let dropped: Vec<f32> = drop_out(&dropout, ones.clone()).try_to_vec_as().unwrap();
        assert!(dropped.chunks(4).all(|channel| channel.iter().all(|value| *value == channel[0])));
        assert!(dropped.iter().all(|value| *value == 0.0 || (value - 1.0 / 0.9).abs() < 1e-6));
        let share = dropped.iter().filter(|value| **value == 0.0).count() as f64 / dropped.len() as f64;
        // Of 2000 draws, the deviation is 0.0067.
        assert!((share - DROPPED).abs() < 0.03, "{share}");
        let kept: Vec<f32> = drop_out(&dropout, ones.inner()).try_to_vec_as().unwrap();
        assert!(kept.iter().all(|value| *value == 1.0));
    }
}
