//! The paper's non-linear classifier on frozen features: how much of the class a small network can read.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::Device;
use dim_host::representation::Labelled;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::Schedule;
use super::classify::{accuracy, gather};
use super::mean::mean;
use crate::model::{Mlp, seed_alone};

/// Rows of a step; an incomplete last batch is dropped where there is a whole one.
pub(super) const BATCH: usize = 64;

/// Adam as the authors use it everywhere.
pub(super) fn adam() -> ModuleOptimizer {
    AdamConfig::new().with_beta_1(0.5).with_beta_2(0.999).with_epsilon(1e-8).init()
}

/// Accuracy, 0 to 1, on the test rows of a classifier with one hidden layer of 200 units, trained on the training rows:
/// the mean over the [last epochs](Schedule::averaged).
///
/// Cross-entropy, Adam, batches of 64. Features go in as they are; batch normalization makes their scale irrelevant.
/// `seed` draws weights, dropout and the order of the rows.
pub fn mlp_probe(
    train: Labelled<'_>,
    test: Labelled<'_>,
    classes: usize,
    schedule: Schedule,
    seed: u64,
    device: &Device,
) -> f64 {
    let _alone = seed_alone(device, seed);
    let training_device = device.clone().autodiff();
    let mut probe = Mlp::new(train.features.width, classes, &training_device);
    let mut optimizer = adam();
    let loss = CrossEntropyLossConfig::new().init(&training_device);
    let mut order: Vec<usize> = (0..train.labels.len()).collect();
    let mut random = StdRng::seed_from_u64(seed);
    let mut accuracies = Vec::new();
    for epoch in 0..schedule.epochs {
        order.shuffle(&mut random);
        for batch in whole_batches(&order, BATCH) {
            let (rows, labels) = gather(train, batch, &training_device);
            let gradients = loss.forward(probe.forward(rows), labels).backward();
            let gradients = GradientsParams::from_grads(gradients, &probe);
            probe = optimizer.step(schedule.rate(epoch), probe, gradients);
        }
        if schedule.is_averaged(epoch) {
            let probe = probe.valid();
            accuracies.push(accuracy(test, |rows| probe.forward(rows), device));
        }
    }
    mean(&accuracies)
}

/// Whole batches of an epoch; all rows as one batch where there are fewer.
pub(super) fn whole_batches(order: &[usize], batch: usize) -> std::slice::ChunksExact<'_, usize> {
    order.chunks_exact(batch.min(order.len()).max(1))
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;
    use dim_host::representation::Features;

    use crate::evaluation::linear_probe;

    /// Exclusive or of two signs, which no linear classifier can read.
    fn exclusive_or(count: usize, seed: u64) -> (Features, Vec<u8>) {
        let mut random = StdRng::seed_from_u64(seed);
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let signs = [random.random::<bool>(), random.random::<bool>()];
            values.extend(signs.map(|sign| if sign { 1.0 } else { -1.0 } + random.random_range(-0.4..0.4)));
            labels.push(u8::from(signs[0] != signs[1]));
        }
        (Features { width: 2, values }, labels)
    }

    #[test]
    fn reads_what_a_linear_classifier_cannot() {
        let [(train, train_labels), (test, test_labels)] = [exclusive_or(640, 1), exclusive_or(200, 2)];
        let train = Labelled { features: &train, labels: &train_labels };
        let test = Labelled { features: &test, labels: &test_labels };
        let device = Device::flex();
        let schedule = Schedule::classifier(12).with_rate(1e-2);
        let accuracy = mlp_probe(train, test, 2, schedule, 0, &device);
        assert!(accuracy > 0.98, "{accuracy}");
        assert!(linear_probe(train, test, 2, 0, &device) < 0.7);
        assert_eq!(accuracy, mlp_probe(train, test, 2, schedule, 0, &device), "the seed decides");
    }

    #[test]
    fn incomplete_batches_are_dropped_unless_there_is_no_other() {
        let lengths = |count: usize| -> Vec<usize> {
            let order: Vec<usize> = (0..count).collect();
            whole_batches(&order, 64).map(<[usize]>::len).collect()
        };
        assert_eq!((lengths(130), lengths(64), lengths(5)), (vec![64, 64], vec![64], vec![5]));
    }
}
