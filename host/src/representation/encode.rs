//! Computes the taps of many images as the device does.

use std::sync::atomic::{AtomicUsize, Ordering};

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
    // As bytes while they are gathered, a quarter of what they are as real numbers.
    let of_tap = |tap: Quantized<'_>| (tap.values.to_vec(), tap.quantization);
    let rows = encode_all(model, images, |output| TAPS.map(|kind| output.tap(kind).map(of_tap)))?;
    let mut representations = [const { Features::new(0) }; 3];
    for row in rows {
        for (features, tap) in representations.iter_mut().zip(row) {
            if let Some((values, quantization)) = tap {
                let numbers = values.iter().map(|q| real_value(*q, quantization));
                features.extend(values.len(), numbers, images.len());
            }
        }
    }
    Ok(representations)
}

/// What `take` takes of each image's output, in the order of the images. All cores work, each with one encoder.
///
/// # Errors
/// If the images do not have the model's shape.
pub fn encode_all<T: Send>(
    model: &Model<'_>,
    images: &Images,
    take: impl Fn(&dim_runtime::Output<'_, '_>) -> T + Sync,
) -> anyhow::Result<Vec<T>> {
    let cores = rayon::current_num_threads().clamp(1, images.len().max(1));
    let next = AtomicUsize::new(0);
    // Images of one core, by their indices: a core that has other work to do takes fewer.
    let work = |_| -> anyhow::Result<Vec<(usize, T)>> {
        let mut arena = vec![0; model.arena_bytes()];
        let mut encoder = Encoder::new(model, &mut arena)?;
        let mut taken = Vec::new();
        loop {
            let first = next.fetch_add(AT_ONCE, Ordering::Relaxed);
            if first >= images.len() {
                return Ok(taken);
            }
            for index in first..images.len().min(first + AT_ONCE) {
                taken.push((index, take(&encoder.encode(images.image(index))?)));
            }
        }
    };
    let parts: Vec<_> = (0..cores).into_par_iter().map(work).collect::<anyhow::Result<_>>()?;
    let mut all: Vec<_> = parts.into_iter().flatten().collect();
    all.sort_unstable_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, taken)| taken).collect())
}

/// Images that a core takes at a time.
const AT_ONCE: usize = 16;

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

#[cfg(test)]
mod tests {
    use dim_conformance::draw::{Draw, elements};
    use dim_conformance::graphs;
    use dim_model_format::FilterLayout;

    use super::*;

    #[test]
    fn outputs_are_in_the_order_of_the_images() {
        let file = graphs::network(0, FilterLayout::Paired);
        let model = Model::parse(&file).unwrap();
        let shape = model.input_shape();
        for count in [0, 1, AT_ONCE, 10 * AT_ONCE + 3] {
            let pixels = Draw(1).bytes(count * elements(shape));
            let images = Images { pixels, ..Images::none(shape) };
            let codes = |output: &dim_runtime::Output<'_, '_>| output.embedding().values.to_vec();
            let found = encode_all(&model, &images, codes).unwrap();
            let mut arena = vec![0; model.arena_bytes()];
            let mut encoder = Encoder::new(&model, &mut arena).unwrap();
            let expected: Vec<_> =
                (0..count).map(|index| codes(&encoder.encode(images.image(index)).unwrap())).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn images_of_another_shape_are_refused() {
        let file = graphs::network(0, FilterLayout::Paired);
        let model = Model::parse(&file).unwrap();
        let mut shape = model.input_shape();
        shape.height += 1;
        let images = Images { pixels: vec![0; elements(shape)], ..Images::none(shape) };
        assert!(encode_all(&model, &images, |_| ()).is_err());
    }
}
