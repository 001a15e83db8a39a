//! Computes the taps of many images with the float encoder.

use burn::tensor::{Device, Tensor};
use dim_host::data::Images;
use dim_host::representation::{Features, Representations};

use super::to_vec;
use crate::model::{Encoder, EncoderOutput, images_to_tensor};

const BATCH: usize = 250;

/// Taps of the float encoder, which must be in evaluation mode.
pub fn float_representations(encoder: &Encoder, images: &Images, device: &Device) -> Representations {
    collect(encoder, images, device, |output| [output.conv.flatten(1, 3), output.fc, output.embedding])
}

/// The embeddings alone, without memory for the other taps, which may be a hundred times as wide.
pub fn float_embeddings(encoder: &Encoder, images: &Images, device: &Device) -> Features {
    let [embeddings] = collect(encoder, images, device, |output| [output.embedding]);
    embeddings
}

/// The map of crops of every image, where the encoder has a convolution behind it: what contrastive predictive coding
/// learns, and what a local objective looks at.
pub fn crop_maps(encoder: &Encoder, images: &Images, device: &Device) -> Option<Features> {
    let architecture = encoder.architecture();
    if !architecture.is_folded() || architecture.feature_map == architecture.conv {
        return None;
    }
    let [maps] = collect(encoder, images, device, |output| [output.feature_map.flatten::<2>(1, 3)]);
    Some(maps)
}

/// What `take` takes of the encoder's output for every image.
fn collect<const N: usize>(
    encoder: &Encoder,
    images: &Images,
    device: &Device,
    take: impl Fn(EncoderOutput) -> [Tensor<2>; N],
) -> [Features; N] {
    let mut taken = [const { Features::new(0) }; N];
    for pixels in images.pixels.chunks(BATCH * images.image_len()) {
        let output = encoder.forward(images_to_tensor(pixels, images.shape, device));
        for (features, tensor) in taken.iter_mut().zip(take(output)) {
            features.extend(tensor.dims()[1], to_vec(&tensor), images.len());
        }
    }
    taken
}
