//! A linear softmax classifier on frozen features: how much of the class is linearly readable.

use burn::module::{Initializer, Module};
use burn::nn::LinearConfig;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::Device;
use dim_host::representation::{Features, Labelled, Standardization};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::classify::{answers, gather};
use super::share_of_equal;
use crate::fused::linear;

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
    share_of_equal(&linear_classes(train, test.features, classes, seed, device), test.labels)
}

/// The class that such a classifier gives each row of `test`.
pub fn linear_classes(train: Labelled<'_>, test: &Features, classes: usize, seed: u64, device: &Device) -> Vec<u8> {
    let standardization = Standardization::of(train.features);
    let rows = Labelled { features: &standardization.apply(train.features), labels: train.labels };
    let training_device = device.clone().autodiff();
    let mut probe =
        LinearConfig::new(rows.features.width, classes).with_initializer(Initializer::Zeros).init(&training_device);
    let mut optimizer =
        AdamConfig::new().with_weight_decay(Some(burn::optim::decay::WeightDecayConfig::new(WEIGHT_DECAY))).init();
    let loss = CrossEntropyLossConfig::new().init(&training_device);
    let mut order: Vec<usize> = (0..rows.features.count()).collect();
    let mut random = StdRng::seed_from_u64(seed);
    let batches = order.len().div_ceil(BATCH);
    for epoch in 0..EPOCHS {
        order.shuffle(&mut random);
        for (step, batch) in order.chunks(BATCH).enumerate() {
            let done = (epoch * batches + step) as f64 / (EPOCHS * batches) as f64;
            let (images, labels) = gather(rows, batch, &training_device);
            let gradients = loss.forward(linear(&probe, images), labels).backward();
            let gradients = GradientsParams::from_grads(gradients, &probe);
            probe = optimizer.step(LEARNING_RATE * (1.0 - done), probe, gradients);
        }
    }
    let probe = probe.valid();
    answers(&standardization.apply(test), |rows| linear(&probe, rows), device)
}
