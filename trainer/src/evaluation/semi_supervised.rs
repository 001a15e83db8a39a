//! Fine-tuning with few labels: what an encoder is worth as a starting point.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use dim_host::data::Images;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::Schedule;
use super::classify::{classes as classes_of, hits};
use super::mean::mean;
use super::mlp_probe::{BATCH, adam, whole_batches};
use crate::model::{Encoder, Mlp, images_to_tensor, seed_alone};

/// Images with the class of each.
#[derive(Debug, Clone, Copy)]
pub struct LabelledImages<'a> {
    /// The images.
    pub images: &'a Images,
    /// `[count]`.
    pub labels: &'a [u8],
}

/// Where fine-tuning starts.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// In evaluation mode.
    pub encoder: &'a Encoder,
    /// Features of its last convolution.
    pub width: usize,
    /// Classes to tell apart.
    pub classes: usize,
}

/// An encoder with the small network on its last convolution.
#[derive(Module, Debug)]
struct Classifier {
    encoder: Encoder,
    head: Mlp,
}

impl Classifier {
    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.head.forward(self.encoder.forward(images).conv.flatten(1, 3))
    }
}

/// Accuracy, 0 to 1, on the test images of the encoder with the [`mlp_probe`](super::mlp_probe())'s network on its last
/// convolution, after all of both was trained on the training images `chosen`: the mean over the
/// [last epochs](Schedule::averaged).
///
/// Images that are not chosen have no part in it, whether they have a label or not.
///
/// Batches of 64, or all chosen where there are fewer; the schedule is that of the classifier on frozen features.
pub fn fine_tune(
    start: Start<'_>,
    train: LabelledImages<'_>,
    chosen: &[usize],
    test: LabelledImages<'_>,
    schedule: Schedule,
    seed: u64,
    device: &Device,
) -> f64 {
    let _alone = seed_alone(device, seed);
    let training_device = device.clone().autodiff();
    let head = Mlp::new(start.width, start.classes, &training_device);
    let mut classifier = Classifier { encoder: start.encoder.clone().train(), head };
    let mut optimizer = adam();
    let loss = CrossEntropyLossConfig::new().init(&training_device);
    let mut order = chosen.to_vec();
    let mut random = StdRng::seed_from_u64(seed);
    let mut accuracies = Vec::new();
    for epoch in 0..schedule.epochs {
        order.shuffle(&mut random);
        for batch in whole_batches(&order, BATCH) {
            let pixels: Vec<u8> = batch.iter().flat_map(|index| train.images.image(*index)).copied().collect();
            let images = images_to_tensor(&pixels, train.images.shape, &training_device);
            let labels = classes_of(train.labels, batch, &training_device);
            let gradients = loss.forward(classifier.forward(images), labels).backward();
            let gradients = GradientsParams::from_grads(gradients, &classifier);
            classifier = optimizer.step(schedule.rate(epoch), classifier, gradients);
        }
        if schedule.is_averaged(epoch) {
            accuracies.push(accuracy(&classifier.valid(), test, device));
        }
    }
    mean(&accuracies)
}

/// Images that are scored at a time.
const CHUNK: usize = 250;

fn accuracy(classifier: &Classifier, test: LabelledImages<'_>, device: &Device) -> f64 {
    let chunks = test.images.pixels.chunks(CHUNK * test.images.image_len()).zip(test.labels.chunks(CHUNK));
    let hits = chunks
        .map(|(pixels, labels)| hits(classifier.forward(images_to_tensor(pixels, test.images.shape, device)), labels));
    hits.sum::<usize>() as f64 / test.labels.len() as f64
}

/// `count` images, as equally many of each class as there are, drawn by `seed`.
pub fn choose_labelled(labels: &[u8], classes: usize, count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.shuffle(&mut StdRng::seed_from_u64(seed));
    // The first of each class, then the second of each class, and so on.
    let mut seen = vec![0; classes];
    let mut ranked: Vec<(usize, usize)> = Vec::with_capacity(order.len());
    for index in order {
        let rank = &mut seen[usize::from(labels[index])];
        ranked.push((*rank, index));
        *rank += 1;
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(count).map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use dim_model_format::Shape;
    use rand::Rng;

    use super::*;
    use crate::architecture::Preset;
    use crate::model::initialize;
    use crate::settings::TrainConfig;

    #[test]
    fn classes_are_chosen_equally_often() {
        let labels: Vec<u8> = (0..100).map(|index| if index < 70 { 0 } else { 1 + (index % 2) as u8 }).collect();
        let chosen = choose_labelled(&labels, 3, 30, 4);
        let of = |class: u8| chosen.iter().filter(|index| labels[**index] == class).count();
        assert_eq!([of(0), of(1), of(2)], [10, 10, 10]);
        let mut once = chosen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 30);
        assert_ne!(chosen, choose_labelled(&labels, 3, 30, 5));
        assert_eq!(choose_labelled(&labels, 3, 1000, 4).len(), 100, "no more than there are");
    }

    /// Bright upper or bright lower half, in noise; the labels of images that are not chosen are wrong.
    #[test]
    fn few_labels_are_enough_for_an_easy_task_and_the_others_are_not_looked_at() {
        let mut random = StdRng::seed_from_u64(3);
        let mut set = |count: usize| {
            let labels: Vec<u8> = (0..count).map(|index| (index % 2) as u8).collect();
            let pixel = |label: u8, at: usize| if (at < 392) == (label == 0) { 120 } else { 0 };
            let pixels = labels.iter().flat_map(|label| (0..784).map(|at| pixel(*label, at))).collect::<Vec<u8>>();
            let pixels = pixels.into_iter().map(|pixel| pixel + random.random_range(0..100)).collect();
            (Images { shape: Shape::new(28, 28, 1), pixels, labels: None }, labels)
        };
        let [(train, mut labels), (test, test_labels)] = [set(256), set(60)];
        labels[128..].iter_mut().for_each(|label| *label = 1 - *label);
        let device = Device::flex();
        let config = TrainConfig { encoder: Preset::Edge28.architecture(), critic_units: 8, ..TrainConfig::default() };
        let encoder = initialize(&config, 2, &device).0.encoder.valid();
        let chosen: Vec<usize> = (0..128).collect();
        let train = LabelledImages { images: &train, labels: &labels };
        let test = LabelledImages { images: &test, labels: &test_labels };
        let start = Start { encoder: &encoder, width: 2048, classes: 2 };
        let schedule = Schedule::classifier(20).with_rate(1e-3);
        let accuracy = fine_tune(start, train, &chosen, test, schedule, 0, &device);
        assert!(accuracy > 0.9, "{accuracy}");
    }
}
