//! Observes the range of every layer's output on real images.

use burn::tensor::Device;
use dim_host::data::Images;

use super::observer::Histogram;
use super::{Observer, Range};
use crate::evaluation::to_vec;
use crate::model::{Encoder, images_to_tensor};

const BATCH: usize = 64;

/// The range of each layer's output, after its `ReLU`, over all `images`, by the rule of `observer`.
pub fn calibrate(encoder: &Encoder, images: &Images, observer: Observer, device: &Device) -> Vec<Range> {
    let mut ranges = vec![Range::default(); encoder.layer_count()];
    for_each_output(encoder, images, device, |layer, values| ranges[layer].observe(values));
    if observer == Observer::Minmax {
        return ranges;
    }
    let mut histograms: Vec<_> = ranges.into_iter().map(Histogram::new).collect();
    for_each_output(encoder, images, device, |layer, values| histograms[layer].observe(values));
    histograms.iter().map(|histogram| histogram.choose(observer)).collect()
}

/// Calls `each(layer, values)` for every layer and batch.
fn for_each_output(encoder: &Encoder, images: &Images, device: &Device, mut each: impl FnMut(usize, &[f32])) {
    for batch in images.pixels.chunks(BATCH * images.image_len()) {
        let outputs = encoder.forward_layers(images_to_tensor(batch, images.shape, device));
        for (layer, output) in outputs.iter().enumerate() {
            each(layer, &to_vec(output));
        }
    }
}
