//! The encoder of a run that has ended, with embeddings of mean 0 and covariance 1.

use burn::tensor::Device;
use dim_host::data::{Dataset, Images};
use dim_host::representation::Features;

use crate::architecture::Source;
use crate::evaluation::{float_embeddings, to_vec};
use crate::model::{Encoder, Whitening, images_to_tensor};
use crate::quantize::{DeviceArithmetic, Range};

/// Training images that whitening sees, the first ones.
const IMAGES: usize = 10_000;
/// Images whose layers' outputs are in memory at a time.
const BATCH: usize = 64;

/// An encoder that whitening has changed.
pub(super) struct Whitened {
    pub(super) encoder: Encoder,
    /// Of its embeddings of training images, where it has learned in the device's arithmetic.
    pub(super) range: Option<Range>,
}

impl Whitened {
    /// Of an encoder in evaluation mode, as its device computes where it has learned in the device's arithmetic.
    ///
    /// # Errors
    /// If the encoder cannot be brought to the device's integers.
    pub(super) fn of(
        encoder: Encoder,
        arithmetic: Option<&DeviceArithmetic>,
        dataset: &Dataset,
        device: &Device,
    ) -> anyhow::Result<Self> {
        let images = dataset.train.first(IMAGES).centre_cropped(encoder.architecture().input);
        let embeddings = match arithmetic {
            Some(arithmetic) => embeddings_behind_integers(&encoder, arithmetic, &images, device)?,
            None => float_embeddings(&encoder, &images, device),
        };
        let whitening = Whitening::of(&embeddings);
        let range = arithmetic.map(|_| {
            let mut range = Range::default();
            range.observe(&whitening.apply(&embeddings).values);
            range
        });
        Ok(Self { encoder: encoder.whitened(&whitening), range })
    }
}

/// What the last layer makes, in real numbers, of what the device computes before it.
fn embeddings_behind_integers(
    encoder: &Encoder,
    arithmetic: &DeviceArithmetic,
    images: &Images,
    device: &Device,
) -> anyhow::Result<Features> {
    let on_device = arithmetic.lower(encoder)?;
    let mut embeddings = Features::new(0);
    for pixels in images.pixels.chunks(BATCH * images.image_len()) {
        let batch = images_to_tensor(pixels, images.shape, device);
        let outputs = on_device.outputs(&batch);
        let embedding = encoder.embedding_of(|source| match source {
            Source::Image => batch.clone(),
            Source::Layer(index) => outputs[index].values.clone(),
        });
        embeddings.extend(embedding.dims()[1], to_vec(&embedding), images.len());
    }
    Ok(embeddings)
}
