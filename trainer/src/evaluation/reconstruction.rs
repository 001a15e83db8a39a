//! How much of an image can be drawn again from its embedding alone.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Device;
use dim_host::representation::{Features, ms_ssim, ssim};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::classify::CHUNK;
use super::mean::mean;
use super::mlp_probe::{BATCH, adam, whole_batches};
use super::mutual_information::Embedded;
use super::{Schedule, rows, to_vec};
use crate::model::{Decoder, images_to_tensor, seed_alone};

/// How alike the test images and their reconstructions are, each the mean over the images.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconstruction {
    /// Squared difference of pixels in [0, 1].
    pub mean_squared_error: f64,
    /// See [`ssim`]; none for images smaller than its window.
    pub ssim: Option<f64>,
    /// See [`ms_ssim`]; none for images smaller than its window.
    pub ms_ssim: Option<f64>,
    /// `[height, width, channels]` of each test image, numbers in [0, 255].
    pub images: Vec<Vec<f32>>,
}

/// Compares two images `[height, width, channels]`.
type Likeness = fn(&[f32], &[f32], [usize; 3]) -> Option<f64>;

/// Trains a [`Decoder`] on the squared error of the training images, from their embeddings alone, and compares what it
/// makes of the test embeddings with the test images (Hjelm et al. 2019, section 4.2).
///
/// Adam, batches of 64; the decoder at the end of the last epoch is judged.
pub fn reconstruct(
    train: Embedded<'_>,
    test: Embedded<'_>,
    schedule: Schedule,
    seed: u64,
    device: &Device,
) -> Reconstruction {
    judge(&learn(train, schedule, seed, device), test, device)
}

fn judge(decoder: &Decoder, test: Embedded<'_>, device: &Device) -> Reconstruction {
    let shape = test.images.shape;
    let images = draw(decoder, test.embeddings, device);
    let extents = [shape.height, shape.width, shape.channels].map(usize::from);
    let originals = |index: usize| -> Vec<f32> { test.images.image(index).iter().copied().map(f32::from).collect() };
    let mean_of = |measure: Likeness| {
        let of = |(index, image): (usize, &Vec<f32>)| measure(&originals(index), image, extents);
        images.par_iter().enumerate().map(of).collect::<Option<Vec<f64>>>().map(|values| mean(&values))
    };
    Reconstruction {
        mean_squared_error: mean_of(|a, b, _| Some(mean_squared_error(a, b))).unwrap_or(f64::NAN),
        ssim: mean_of(ssim),
        ms_ssim: mean_of(ms_ssim),
        images,
    }
}

/// Of pixels in [0, 1], given in [0, 255].
fn mean_squared_error(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (f64::from(a - b) / 255.0).powi(2));
    squares.sum::<f64>() / a.len() as f64
}

fn learn(train: Embedded<'_>, schedule: Schedule, seed: u64, device: &Device) -> Decoder {
    let _alone = seed_alone(device, seed);
    let device = device.clone().autodiff();
    let mut decoder = Decoder::new(train.embeddings.width, train.images.shape, &device);
    let mut optimizer = adam();
    let mut random = StdRng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..train.images.len()).collect();
    for epoch in 0..schedule.epochs {
        order.shuffle(&mut random);
        for batch in whole_batches(&order, BATCH) {
            let pixels: Vec<u8> = batch.iter().flat_map(|index| train.images.image(*index)).copied().collect();
            let images = images_to_tensor(&pixels, train.images.shape, &device);
            let embeddings = rows::gather(train.embeddings, batch, &device);
            let loss = (decoder.forward(embeddings) - images).square().mean();
            let gradients = GradientsParams::from_grads(loss.backward(), &decoder);
            decoder = optimizer.step(schedule.rate(epoch), decoder, gradients);
        }
    }
    decoder.valid()
}

/// Pixels of each image, `[height, width, channels]`, the inverse of [`images_to_tensor`].
fn draw(decoder: &Decoder, embeddings: &Features, device: &Device) -> Vec<Vec<f32>> {
    let mut images = Vec::new();
    for range in rows::ranges(embeddings.count(), CHUNK) {
        let count = range.len();
        let batch = decoder.forward(rows::tensor(embeddings, range, device)).permute([0, 2, 3, 1]);
        let pixels: Vec<f32> = to_vec(&batch).iter().map(|real| (real * 128.0 + 128.0).clamp(0.0, 255.0)).collect();
        images.extend(pixels.chunks_exact(pixels.len() / count).map(<[f32]>::to_vec));
    }
    images
}

#[cfg(test)]
mod tests {
    use dim_model_format::Shape;
    use rand::Rng;

    use super::*;
    use dim_host::data::Images;

    /// A bright square of 6 pixels in 12, whose corner is the embedding.
    fn squares(count: usize, seed: u64) -> (Images, Features) {
        let mut random = StdRng::seed_from_u64(seed);
        let (mut pixels, mut values) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let [top, left] = [random.random_range(0..=6_usize), random.random_range(0..=6_usize)];
            let inside = |at: usize| (top..top + 6).contains(&(at / 12)) && (left..left + 6).contains(&(at % 12));
            pixels.extend((0..144).map(|at| if inside(at) { 220 } else { 30 }));
            values.extend([top, left].map(|corner| corner as f32 / 3.0 - 1.0));
        }
        let images = Images { shape: Shape::new(12, 12, 1), pixels, labels: None };
        (images, Features { width: 2, values })
    }

    #[test]
    fn an_embedding_that_says_all_gives_the_image_back_and_an_unrelated_one_does_not() {
        let [train, test] = [(640, 1), (64, 2)].map(|(count, seed)| squares(count, seed));
        let (_, unrelated) = squares(64, 3);
        let [train, test] = [&train, &test].map(|(images, embeddings)| Embedded { images, embeddings });
        let device = Device::flex();
        let decoder = learn(train, Schedule::decoder(12).with_rate(2e-3), 0, &device);
        let good = judge(&decoder, test, &device);
        let bad = judge(&decoder, Embedded { embeddings: &unrelated, ..test }, &device);
        assert_eq!((good.images.len(), good.images[0].len()), (64, 144));
        let errors = [good.mean_squared_error, bad.mean_squared_error];
        assert!(errors[0] < 0.01 && errors[1] > 0.1, "{errors:?}");
        assert!(good.ssim > Some(0.8) && bad.ssim < Some(0.5), "{:?} {:?}", good.ssim, bad.ssim);
        let similarities = [good.ssim, good.ms_ssim].map(Option::unwrap);
        assert!((similarities[0] - similarities[1]).abs() < 1e-3, "12 pixels have one scale: {similarities:?}");
    }
}
