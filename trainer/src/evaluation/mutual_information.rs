//! How much an embedding tells of its image, in nats: the estimate that the paper takes from MINE.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::optim::GradientsParams;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use dim_host::data::Images;
use dim_host::representation::Features;
use dim_model_format::Shape;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::donsker_varadhan::{Scores, log_mean_exp};
use super::mean::mean;
use super::mlp_probe::{adam, whole_batches};
use super::{Schedule, rows, to_vec};
use crate::fused::linear;
use crate::model::{convolve, halvings, images_to_tensor, seed_alone};

const BATCH: usize = 128;
/// Embeddings drawn at random for each image.
const STRANGERS: usize = 4;
/// Share of the old value in the moving average of `E_product[e^T]`, for the gradient alone.
const MEMORY: f64 = 0.99;

/// A lower bound on mutual information, in nats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Information {
    /// On the images that the critic learned from; rises as it learns them by heart.
    pub nats: f64,
    /// On images that it has not seen.
    pub held_out_nats: f64,
}

/// Images with the embedding of each.
#[derive(Debug, Clone, Copy)]
pub struct Embedded<'a> {
    /// The images.
    pub images: &'a Images,
    /// `[count, units]`.
    pub embeddings: &'a Features,
}

/// Estimates I(X; Y) of images X and embeddings Y with a critic `T(x, y)` that is trained to tell an image's own
/// embedding from four drawn at random out of the same set: the Donsker-Varadhan bound
/// `E_joint[T] - ln E_product[e^T]` (Belghazi et al. 2018). Its gradient divides by a moving average of
/// `E_product[e^T]`, which takes off the bias of small batches (section 3.2 there). The result is the mean over the
/// [last epochs](Schedule::averaged).
///
/// Among `n` images `ln n` nats tell each from all others, and an estimate on them says nothing of more.
pub fn mutual_information(
    train: Embedded<'_>,
    test: Embedded<'_>,
    schedule: Schedule,
    seed: u64,
    device: &Device,
) -> Information {
    let _alone = seed_alone(device, seed);
    let training_device = device.clone().autodiff();
    let mut critic = Critic::new(train.images.shape, train.embeddings.width, &training_device);
    let mut optimizer = adam();
    let mut random = StdRng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..train.embeddings.count()).collect();
    let mut log_average = None;
    let (mut seen, mut held_out) = (Vec::new(), Vec::new());
    for epoch in 0..schedule.epochs {
        order.shuffle(&mut random);
        let mut scores = Scores::default();
        for batch in whole_batches(&order, BATCH) {
            let [joint, product] = critic.score(train, batch, &mut random, &training_device);
            let product_scores: Vec<f32> = to_vec(&product);
            let log_mean = log_mean_exp(&product_scores);
            let average = log_average.map_or(log_mean, |average| mixed(average, log_mean));
            log_average = Some(average);
            scores.joint.extend(to_vec(&joint));
            scores.product.extend(product_scores);

            let loss = (product - average).exp().mean() - joint.mean();
            let gradients = GradientsParams::from_grads(loss.backward(), &critic);
            critic = optimizer.step(schedule.rate(epoch), critic, gradients);
        }
        if schedule.is_averaged(epoch) {
            seen.push(scores.nats());
            // Differentiated too, though nothing asks for it: by kernels that burn's plain tensors do not have.
            held_out.push(critic.scores(test, seed, &training_device).nats());
        }
    }
    Information { nats: mean(&seen), held_out_nats: mean(&held_out) }
}

/// The moving average's logarithm after one more value.
fn mixed(log_average: f64, log_mean: f64) -> f64 {
    let largest = log_average.max(log_mean);
    largest + (MEMORY * (log_average - largest).exp() + (1.0 - MEMORY) * (log_mean - largest).exp()).ln()
}

/// Convolutions (kernel 4, stride 2, padding 1) of 64, 128, … channels down to 7 pixels or less and a fully connected
/// layer describe the image by 256 numbers; with the embedding they pass 512 and 128 units to one score. ReLU, no
/// batch normalization (sizes of the authors' framework, `built_ins/models/{mine,ali}.py` of cortex).
#[derive(Module, Debug)]
struct Critic {
    convolutions: Vec<Conv2d>,
    image: Linear,
    hidden: [Linear; 2],
    score: Linear,
}

impl Critic {
    fn new(shape: Shape, units: usize, device: &Device) -> Self {
        let count = halvings(shape);
        let channels = |halved: usize| match halved {
            0 => usize::from(shape.channels),
            _ => (32 << halved).min(512),
        };
        let halve = |halved: usize| {
            Conv2dConfig::new([channels(halved), channels(halved + 1)], [4, 4])
                .with_stride([2, 2])
                .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
                .init(device)
        };
        let [height, width] = [shape.height, shape.width].map(|side| usize::from(side) >> count);
        let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(device);
        Self {
            convolutions: (0..count).map(halve).collect(),
            image: linear(channels(count) * height * width, 256),
            hidden: [linear(256 + units, 512), linear(512, 128)],
            score: linear(128, 1),
        }
    }

    /// Scores of the images of `batch` with their own embeddings, `[batch]`, and with strangers', `[batch * STRANGERS]`.
    fn score(&self, set: Embedded<'_>, batch: &[usize], random: &mut StdRng, device: &Device) -> [Tensor<1>; 2] {
        let pixels: Vec<u8> = batch.iter().flat_map(|index| set.images.image(*index)).copied().collect();
        let images = images_to_tensor(&pixels, set.images.shape, device);
        let map = self.convolutions.iter().fold(images, |map, layer| relu(convolve(layer, map)));
        let described = relu(linear(&self.image, map.flatten::<2>(1, 3)));

        let count = set.embeddings.count();
        let strangers = (0..batch.len() * STRANGERS).map(|_| random.random_range(0..count));
        let partners: Vec<usize> = batch.iter().copied().chain(strangers).collect();
        let embeddings = rows::gather(set.embeddings, &partners, device);

        let pairs = Tensor::cat(vec![described.repeat_dim(0, 1 + STRANGERS), embeddings], 1);
        let hidden = self.hidden.iter().fold(pairs, |input, layer| relu(linear(layer, input)));
        let scores = linear(&self.score, hidden).flatten::<1>(0, 1);
        let own = batch.len();
        [scores.clone().narrow(0, 0, own), scores.narrow(0, own, own * STRANGERS)]
    }

    /// Scores of all images.
    fn scores(&self, set: Embedded<'_>, seed: u64, device: &Device) -> Scores {
        let mut random = StdRng::seed_from_u64(seed);
        let order: Vec<usize> = (0..set.embeddings.count()).collect();
        let mut scores = Scores::default();
        for batch in order.chunks(BATCH) {
            let [joint, product] = self.score(set, batch, &mut random, device);
            scores.joint.extend(to_vec(&joint));
            scores.product.extend(to_vec(&product));
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::gaussian::gaussian;

    /// Images of one grey level x and embeddings y with correlation `correlation`, both normal.
    fn correlated(count: usize, correlation: f64, seed: u64) -> (Images, Features) {
        let mut random = StdRng::seed_from_u64(seed);
        let (mut pixels, mut values) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let x = gaussian(&mut random);
            let y = correlation * x + (1.0 - correlation * correlation).sqrt() * gaussian(&mut random);
            pixels.extend([(128.0 + 32.0 * x).round() as u8; 64]);
            values.push(y as f32);
        }
        let images = Images { shape: Shape::new(8, 8, 1), pixels, labels: None };
        (images, Features { width: 1, values })
    }

    fn estimate(correlation: f64) -> Information {
        let [train, test] = [(4000, 1), (2000, 2)].map(|(count, seed)| correlated(count, correlation, seed));
        let [train, test] = [&train, &test].map(|(images, embeddings)| Embedded { images, embeddings });
        mutual_information(train, test, Schedule::critic(12).with_rate(1e-3), 0, &Device::flex())
    }

    /// `-ln(1 - r^2) / 2` nats, 0.830 at correlation 0.9.
    #[test]
    fn correlated_gaussians_tell_what_is_known_of_them() {
        let Information { nats, held_out_nats } = estimate(0.9);
        assert!((nats - 0.830).abs() < 0.08 && (held_out_nats - 0.830).abs() < 0.08, "{nats} {held_out_nats}");
    }

    #[test]
    fn independent_gaussians_tell_nothing() {
        let Information { nats, held_out_nats } = estimate(0.0);
        assert!(nats.abs() < 0.05 && held_out_nats.abs() < 0.05, "{nats} {held_out_nats}");
    }

    #[test]
    fn the_moving_average_is_that_of_the_exponentials() {
        let expected = (0.99 * 3.0_f64 + 0.01 * 7.0).ln();
        assert!((mixed(3.0_f64.ln(), 7.0_f64.ln()) - expected).abs() < 1e-12);
        assert!((mixed(900.0, 900.0) - 900.0).abs() < 1e-9);
    }
}
