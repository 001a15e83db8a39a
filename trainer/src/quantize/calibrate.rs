//! Observes the range of every layer's output on real images. The last file that knows burn.

use burn::tensor::Device;

use super::Range;
use crate::data::Images;
use crate::evaluation::to_vec;
use crate::model::{Encoder, images_to_tensor};

const BATCH: usize = 64;

/// The range of each layer's output, after its `ReLU`, over all `images`.
pub fn calibrate(encoder: &Encoder, images: &Images, device: &Device) -> Vec<Range> {
    let mut ranges = Vec::new();
    for batch in images.pixels.chunks(BATCH * images.image_len()) {
        let outputs = encoder.forward_layers(images_to_tensor(batch, images.shape, device));
        ranges.resize(outputs.len(), Range::default());
        for (range, output) in ranges.iter_mut().zip(&outputs) {
            range.observe(&to_vec(output));
        }
    }
    ranges
}
