//! Computes the taps of many images as the device does.

use dim_model_format::{Quantization, TapKind};
use dim_runtime::{Encoder, Model, Quantized};
use rayon::prelude::*;

use super::features::Features;
use crate::data::Images;

/// The taps that are judged, in the order in which they are reported.
pub const TAPS: [TapKind; 3] = [TapKind::Conv, TapKind::Fc, TapKind::Embedding];

/// Features of every image at each of [`TAPS`].
pub type Representations = [Features; 3];

/// The pixels themselves.
pub fn raw_pixels(images: &Images) -> Features {
    Features { width: images.image_len(), values: images.pixels.iter().map(|pixel| f32::from(*pixel)).collect() }
}

/// Taps of the int8 encoder as real numbers, `scale * (q - zero_point)`.
///
/// # Errors
/// If the images do not have the model's shape.
pub fn int8_representations(model: &Model<'_>, images: &Images) -> anyhow::Result<Representations> {
    let rows = encode_all(model, images, |output| TAPS.map(|kind| output.tap(kind).map_or(Vec::new(), real)))?;
    let mut representations = [const { Features::new(0) }; 3];
    for row in rows {
        for (features, values) in representations.iter_mut().zip(row) {
            features.width = values.len();
            features.values.extend(values);
        }
    }
    Ok(representations)
}

/// What `take` takes of each image's output, in the order of the images; all cores work.
///
/// # Errors
/// If the images do not have the model's shape.
pub fn encode_all<T: Send>(
    model: &Model<'_>,
    images: &Images,
    take: impl Fn(&dim_runtime::Output<'_, '_>) -> T + Sync,
) -> anyhow::Result<Vec<T>> {
    (0..images.len())
        .into_par_iter()
        .map_init(
            || vec![0; model.arena_bytes()],
            |arena, index| {
                let mut encoder = Encoder::new(model, arena)?;
                Ok(take(&encoder.encode(images.image(index))?))
            },
        )
        .collect()
}

/// `scale * (q - zero_point)` of every element.
pub fn real(tensor: Quantized<'_>) -> Vec<f32> {
    real_values(tensor.values, tensor.quantization)
}

/// `scale * (q - zero_point)` of every number.
pub fn real_values(values: &[i8], quantization: Quantization) -> Vec<f32> {
    values.iter().map(|q| real_value(*q, quantization)).collect()
}

/// `scale * (q - zero_point)`.
pub fn real_value(q: i8, Quantization { scale, zero_point }: Quantization) -> f32 {
    scale * (i32::from(q) - i32::from(zero_point)) as f32
}
