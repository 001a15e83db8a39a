//! The device's arithmetic in the forward pass of a step: the encoder as it is becomes the integers that a `.dim` file
//! would hold, and the device's own runtime computes every layer.

use anyhow::{Context, ensure};
use burn::tensor::{Device, Tensor, TensorData};
use dim_host::representation::real_value;
use dim_model_format::{About, Clamp, Model, Node, Shape, Tensor as Int8Tensor, TensorId};
use dim_runtime::Encoder as Int8Encoder;
use rayon::prelude::*;

use crate::model::{Encoder, FloatFilter, GivenOutput};
use crate::quantize::{DeviceArithmetic, lower};

/// An encoder as the device has it in one step.
#[derive(Debug, Clone)]
pub(super) struct DeviceEncoder {
    file: Vec<u8>,
}

impl DeviceArithmetic {
    /// The encoder, in evaluation mode, in integers: exactly as `dim quantize` lowers it when the run is over.
    ///
    /// # Errors
    /// If a weight is not a number any more, or there is no such file.
    pub(super) fn lower(&self, encoder: &Encoder) -> anyhow::Result<DeviceEncoder> {
        let encoder = encoder.export();
        let finite = |filter: &FloatFilter| filter.weights.iter().chain(&filter.bias).all(|number| number.is_finite());
        ensure!(
            encoder.filters.iter().flatten().all(finite),
            "a weight of the encoder is not a number any more; lower learning_rate"
        );
        let file = lower(&encoder, self, None, About::named(&encoder.architecture.name));
        Ok(DeviceEncoder { file: file.context("lowering the encoder")? })
    }
}

impl DeviceEncoder {
    /// Output of every layer as real numbers, `scale * (q - zero_point)`; all cores work.
    ///
    /// # Shapes
    /// `images` `[batch, channels, height, width]` of what [`real_pixel`](crate::model::real_pixel) makes of pixels.
    pub(super) fn outputs(&self, images: &Tensor<4>) -> Vec<GivenOutput> {
        let model = Model::parse(&self.file).expect("a file that was just written is valid");
        let [batch, ..] = images.dims();
        let pixels = raw_pixels(images);
        let image_len = pixels.len() / batch;
        let layers: Vec<(Node, Int8Tensor)> = model.layers().collect();
        let lengths: Vec<usize> = layers.iter().map(|(_, output)| output.arena_range().len()).collect();
        // Of every image, all layers one after the other.
        let mut codes = vec![0_i8; batch * lengths.iter().sum::<usize>()];
        let of_image = codes.len() / batch;
        codes.par_chunks_exact_mut(of_image).zip(pixels.par_chunks_exact(image_len)).for_each_init(
            || vec![0; model.arena_bytes()],
            |arena, (codes, pixels)| {
                let mut rest = codes;
                let mut keep = |id: TensorId, values: &[i8]| {
                    if id != TensorId(0) {
                        let (codes, after) = std::mem::take(&mut rest).split_at_mut(values.len());
                        codes.copy_from_slice(values);
                        rest = after;
                    }
                };
                let computed = Int8Encoder::new(&model, arena).and_then(|mut encoder| {
                    encoder.encode_observed(pixels, &mut keep)?;
                    Ok(())
                });
                computed.expect("the arena is the model's, and the run's images have the encoder's shape");
            },
        );
        let mut begin = 0;
        let given = layers.iter().zip(lengths).map(|((node, output), length)| {
            let real = |code| real_value(code, output.quantization);
            let of_layer = codes.chunks_exact(of_image).flat_map(|image| &image[begin..begin + length]);
            let values = of_layer.map(|code| real(*code)).collect();
            begin += length;
            let Clamp { min, max } = node.clamp();
            GivenOutput {
                values: channels_first(values, output.shape, batch, &images.device()),
                representable: [real(min), real(max)],
            }
        });
        given.collect()
    }
}

/// Bytes `[batch, height, width, channels]`, which the images were made of: `(pixel - 128) / 128` is exact.
fn raw_pixels(images: &Tensor<4>) -> Vec<u8> {
    let images = images.clone().inner().permute([0, 2, 3, 1]);
    let values = images.try_to_vec_as::<f32>().expect("images on a working device can be read");
    values.into_iter().map(|value| (value * 128.0 + 128.0) as u8).collect()
}

/// `[batch, channels, height, width]` of `[batch, height, width, channels]`.
fn channels_first(values: Vec<f32>, shape: Shape, batch: usize, device: &Device) -> Tensor<4> {
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    Tensor::<4>::from_data(TensorData::new(values, [batch, height, width, channels]), device).permute([0, 3, 1, 2])
}
