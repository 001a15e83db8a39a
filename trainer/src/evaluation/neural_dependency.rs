//! How much the units of an embedding depend on each other: the paper's neural dependency measure.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use dim_host::representation::Features;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::donsker_varadhan::Scores;
use super::mean::mean;
use super::mlp_probe::{adam, whole_batches};
use super::{Information, Schedule, rows, to_vec};
use crate::model::{PriorDiscriminator, seed_alone};

/// Rows of a step, as in the authors' code; all rows where there are fewer.
const BATCH: usize = 10_000;

/// Total correlation of the units, in nats, as far as a critic finds it: rows against rows of which every unit comes
/// from another row. 0 where units are independent; lower is more independent.
///
/// The critic (1000 and 200 units with ReLU, one score) is trained on the Fenchel bound of the Kullback-Leibler
/// divergence, `E[D(z)] - E[e^(D(z') - 1)]`, and judged by the Donsker-Varadhan bound of the same scores, the mean
/// over the [last epochs](Schedule::averaged) (Hjelm et al. 2019, section 4.1; `ndm_eval.py` of the authors' code).
///
/// # Shapes
/// `train` and `test` `[count, units]`, with or without the sigmoid: the paper gives both.
pub fn neural_dependency(
    train: &Features,
    test: &Features,
    schedule: Schedule,
    seed: u64,
    device: &Device,
) -> Information {
    let _alone = seed_alone(device, seed);
    let training_device = device.clone().autodiff();
    let mut critic = PriorDiscriminator::new(train.width, &training_device);
    let mut optimizer = adam();
    let mut random = StdRng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..train.count()).collect();
    let (mut seen, mut held_out) = (Vec::new(), Vec::new());
    for epoch in 0..schedule.epochs {
        order.shuffle(&mut random);
        let mut scores = Scores::default();
        for batch in whole_batches(&order, BATCH) {
            let rows = rows(train, batch);
            let shuffled = critic.forward(all(&with_units_shuffled(&rows, &mut random), &training_device));
            let joint = critic.forward(all(&rows, &training_device));
            scores.joint.extend(to_vec(&joint));
            scores.product.extend(to_vec(&shuffled));

            let loss = (shuffled - 1.0).exp().mean() - joint.mean();
            let gradients = GradientsParams::from_grads(loss.backward(), &critic);
            critic = optimizer.step(schedule.rate(epoch), critic, gradients);
        }
        if schedule.is_averaged(epoch) {
            let critic = critic.valid();
            let score = |rows: &Features| to_vec(&critic.forward(all(rows, device)));
            let shuffled = with_units_shuffled(test, &mut StdRng::seed_from_u64(seed));
            seen.push(scores.nats());
            held_out.push(Scores { joint: score(test), product: score(&shuffled) }.nats());
        }
    }
    Information { nats: mean(&seen), held_out_nats: mean(&held_out) }
}

/// `1 / (1 + e^-y)` of every number.
pub fn sigmoid(features: &Features) -> Features {
    let values = features.values.iter().map(|y| (1.0 + (-y).exp()).recip()).collect();
    Features { width: features.width, values }
}

fn all(rows: &Features, device: &Device) -> Tensor<2> {
    rows::tensor(rows, 0..rows.count(), device)
}

fn rows(features: &Features, batch: &[usize]) -> Features {
    let values = batch.iter().flat_map(|index| features.row(*index)).copied().collect();
    Features { width: features.width, values }
}

/// Each unit permuted over the rows by itself: the same marginals, and no dependence.
fn with_units_shuffled(rows: &Features, random: &mut StdRng) -> Features {
    let mut values = vec![0.0; rows.values.len()];
    let mut order: Vec<usize> = (0..rows.count()).collect();
    for unit in 0..rows.width {
        order.shuffle(random);
        for (row, from) in order.iter().enumerate() {
            values[row * rows.width + unit] = rows.values[from * rows.width + unit];
        }
    }
    Features { width: rows.width, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::gaussian::gaussian;

    /// Rows of four units: all independent, or the last two copies of the first two.
    fn units(count: usize, copied: bool, seed: u64) -> Features {
        let mut random = StdRng::seed_from_u64(seed);
        let mut values = Vec::new();
        for _ in 0..count {
            let [a, b, c, d]: [f32; 4] = std::array::from_fn(|_| gaussian(&mut random) as f32);
            values.extend(if copied { [a, b, a, b] } else { [a, b, c, d] });
        }
        Features { width: 4, values }
    }

    fn measure(copied: bool) -> Information {
        let [train, test] = [1, 2].map(|seed| units(1000, copied, seed));
        neural_dependency(&train, &test, Schedule::critic(40).with_rate(1e-3), 0, &Device::flex())
    }

    #[test]
    fn copies_depend_and_independent_units_do_not() {
        let [independent, copied] = [false, true].map(measure);
        assert!(independent.nats.abs() < 0.1 && independent.held_out_nats.abs() < 0.1, "{independent:?} {copied:?}");
        assert!(copied.nats > 0.7 && copied.held_out_nats > 0.7, "{copied:?}");
    }

    #[test]
    fn shuffled_units_keep_their_values() {
        let rows = units(50, false, 3);
        let shuffled = with_units_shuffled(&rows, &mut StdRng::seed_from_u64(4));
        let column = |features: &Features, unit: usize| {
            let mut column: Vec<f32> = features.rows().map(|row| row[unit]).collect();
            column.sort_by(f32::total_cmp);
            column
        };
        assert!((0..4).all(|unit| column(&rows, unit) == column(&shuffled, unit)));
        assert_ne!(rows, shuffled);
    }

    #[test]
    fn sigmoid_maps_zero_to_a_half() {
        let values = sigmoid(&Features { width: 3, values: vec![0.0, 100.0, -100.0] }).values;
        assert_eq!(values, [0.5, 1.0, 0.0]);
    }
}
