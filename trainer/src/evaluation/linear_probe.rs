//! A linear softmax classifier on frozen features: how much of the class is linearly readable.

use burn::module::{Initializer, Module};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::features::Standardization;
use super::{Features, Labelled};

/// Passes over the training rows.
pub const EPOCHS: usize = 40;
const BATCH: usize = 250;
const LEARNING_RATE: f64 = 2e-3;
const WEIGHT_DECAY: f32 = 1e-3;

/// Accuracy, 0 to 1, on the test rows of a softmax classifier trained on the training rows.
///
/// Features are standardized by the training set; weights start at zero; Adam, learning rate falling
/// linearly to zero over [`EPOCHS`]. `seed` shuffles the rows.
pub fn linear_probe(train: Labelled<'_>, test: Labelled<'_>, classes: usize, seed: u64, device: &Device) -> f64 {
    let standardization = Standardization::of(train.features);
    let rows = standardization.apply(train.features);
    let training_device = device.clone().autodiff();
    let mut probe = LinearConfig::new(rows.width, classes).with_initializer(Initializer::Zeros).init(&training_device);
    let mut optimizer =
        AdamConfig::new().with_weight_decay(Some(burn::optim::decay::WeightDecayConfig::new(WEIGHT_DECAY))).init();
    let loss = CrossEntropyLossConfig::new().init(&training_device);
    let mut order: Vec<usize> = (0..rows.count()).collect();
    let mut random = StdRng::seed_from_u64(seed);
    let batches = order.len().div_ceil(BATCH);
    for epoch in 0..EPOCHS {
        order.shuffle(&mut random);
        for (step, batch) in order.chunks(BATCH).enumerate() {
            let done = (epoch * batches + step) as f64 / (EPOCHS * batches) as f64;
            let (images, labels) = gather(&rows, train.labels, batch, &training_device);
            let gradients = loss.forward(probe.forward(images), labels).backward();
            let gradients = GradientsParams::from_grads(gradients, &probe);
            probe = optimizer.step(LEARNING_RATE * (1.0 - done), probe, gradients);
        }
    }
    accuracy(&probe.valid(), &standardization.apply(test.features), test.labels, device)
}

fn gather(rows: &Features, labels: &[u8], batch: &[usize], device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
    let values: Vec<f32> = batch.iter().flat_map(|index| rows.row(*index)).copied().collect();
    let labels: Vec<i64> = batch.iter().map(|index| i64::from(labels[*index])).collect();
    let images = Tensor::from_data(TensorData::new(values, [batch.len(), rows.width]), device);
    let labels = Tensor::from_data(TensorData::new(labels, [batch.len()]), device);
    (images, labels)
}

fn accuracy(probe: &Linear, rows: &Features, labels: &[u8], device: &Device) -> f64 {
    let scores = probe.forward(rows.tensor(0..rows.count(), device));
    let [_, classes] = scores.dims();
    let scores: Vec<f32> = super::to_vec(&scores);
    let best = |row: &[f32]| row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class);
    let hits = scores.chunks_exact(classes).zip(labels).filter(|(row, label)| best(row) == Some(usize::from(**label)));
    hits.count() as f64 / labels.len() as f64
}
