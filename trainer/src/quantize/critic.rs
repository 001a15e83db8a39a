//! The critic in integers: both of its branches behind the encoder.

use burn::tensor::{Device, Tensor};
use dim_host::data::Images;
use dim_model_format::Quantization;

use super::Range;
use crate::architecture::{Architecture, Source};
use crate::evaluation::to_vec;
use crate::model::{Encoder, FloatBranch, FloatCritic, images_to_tensor};

const BATCH: usize = 64;

/// A branch, and what its tensors hold.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedBranch {
    /// Its numbers.
    pub branch: FloatBranch,
    /// Of the hidden numbers, the second layer and the shortcut.
    pub ranges: [Range; 3],
    /// Largest absolute number of the sum.
    pub largest: f32,
}

impl CalibratedBranch {
    fn of(branch: FloatBranch, inputs: &[f32], width: usize) -> Self {
        let mut ranges = [Range::default(); 4];
        for input in inputs.chunks_exact(width) {
            ranges.iter_mut().zip(branch.forward(input)).for_each(|(range, values)| range.observe(&values));
        }
        let [hidden, output, shortcut, sum] = ranges;
        Self { branch, ranges: [hidden, output, shortcut], largest: sum.max.max(-sum.min) }
    }

    /// Of the sum, with a zero point of 0, so that products of codes are those of numbers.
    pub(super) fn quantization(&self) -> Quantization {
        let scale = self.largest / f32::from(i8::MAX);
        Quantization { scale: if scale < f32::MIN_POSITIVE { 1.0 } else { scale }, zero_point: 0 }
    }
}

/// Both branches.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibratedCritic {
    /// Of cells.
    pub cells: CalibratedBranch,
    /// Of embeddings.
    pub embedding: CalibratedBranch,
}

/// What the encoder's last layer reads.
pub(super) fn read_last(architecture: &Architecture) -> Source {
    architecture.layers[architecture.layers.len() - 1].input
}

/// Observes what both branches make of images. Of the layer normalization of embeddings, the deviation that each is divided by
/// becomes the mean one: directions are compared, and it weighs the shift alone.
pub fn calibrate_critic(critic: FloatCritic, encoder: &Encoder, images: &Images, device: &Device) -> CalibratedCritic {
    let architecture = encoder.architecture();
    let [channels, ..] = architecture.shapes()[architecture.feature_map];
    let [mut cells, mut read] = [const { Vec::new() }; 2];
    for pixels in images.pixels.chunks(BATCH * images.image_len()) {
        let pixels = images_to_tensor(pixels, images.shape, device);
        let mut outputs = encoder.forward_layers(pixels.clone());
        read.extend(to_vec(&match read_last(architecture) {
            Source::Image => pixels,
            Source::Layer(index) => outputs[index].clone(),
        }));
        let map: Tensor<4> = outputs.swap_remove(architecture.feature_map);
        cells.extend(to_vec(&map.permute([0, 2, 3, 1])));
    }
    let width = read.len() / images.len().max(1);
    let FloatCritic { cells: of_cells, embedding, scale, shift } = critic;
    let variance: f64 = read.chunks_exact(width).map(|input| variance(&embedding.forward(input)[3])).sum();
    let deviation = (variance / images.len().max(1) as f64).sqrt().max(f64::from(f32::MIN_POSITIVE));
    let scale: Vec<f32> = scale.iter().map(|scale| (f64::from(*scale) / deviation) as f32).collect();
    CalibratedCritic {
        cells: CalibratedBranch::of(of_cells, &cells, channels),
        embedding: CalibratedBranch::of(embedding.scaled(&scale, &shift), &read, width),
    }
}

/// Of numbers whose mean is 0.
fn variance(values: &[f32]) -> f64 {
    values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>() / values.len() as f64
}
