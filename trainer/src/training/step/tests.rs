//! Shards on several devices against a step put together by hand.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Distribution};
use rand::SeedableRng;

use super::*;
use crate::architecture::Preset;
use crate::model::{initialize, seed_alone};
use crate::training::Metrics;
use crate::training::shard::Seen;

/// DIM(L) with a prior: a batch of eight in two shards.
fn config(prior_updates: PriorUpdates) -> TrainConfig {
    TrainConfig {
        encoder: Preset::Edge28.architecture(),
        batch_size: 8,
        shards: 2,
        critic_units: 16,
        learning_rate: 1e-3,
        gamma: 0.5,
        gradient_penalty: 0.1,
        prior_updates,
        ..TrainConfig::default()
    }
}

/// The same ones at every call.
fn shards(device: &Device) -> Vec<Shard> {
    let _alone = seed_alone(device, 3);
    let shard = |seed| {
        let images = Tensor::random([4, 1, 28, 28], Distribution::Uniform(-1.0, 1.0), device);
        Shard { seen: Seen { images, indices: Vec::new(), classes: None }, random: StdRng::seed_from_u64(seed) }
    };
    vec![shard(0), shard(1)]
}

fn learner(config: &TrainConfig, device: &Device) -> Learner {
    let (networks, discriminator) = initialize(config, 0, device);
    Learner::new(networks, discriminator, config, config.batch_size)
}

/// Of each parameter its numbers and its gradient, where it has one; running statistics are among them.
type Parameters = Vec<(Vec<f32>, Option<Vec<f32>>)>;

fn parameters<M: Module>(module: &M, gradients: &GradientsParams) -> Parameters {
    struct All<'a>(&'a GradientsParams, Parameters);
    impl ModuleVisitor for All<'_> {
        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            let numbers = |tensor: Tensor<D>| tensor.try_to_vec_as::<f32>().unwrap();
            self.1.push((numbers(parameter.val()), self.0.get::<D>(parameter.id).map(numbers)));
        }
    }
    let mut all = All(gradients, Vec::new());
    // In evaluation mode, because only then are the running statistics up to date.
    module.valid().visit(&mut all);
    all.1
}

fn numbers<M: Module>(module: &M) -> Vec<Vec<f32>> {
    parameters(module, &GradientsParams::new()).into_iter().map(|(numbers, _)| numbers).collect()
}

/// What one shard alone makes of fresh networks: gradients, metrics, and the statistics it leaves.
struct Alone {
    networks: Parameters,
    discriminator: Parameters,
    metrics: Metrics,
}

fn alone(shard: Shard, config: &TrainConfig, device: &Device) -> Alone {
    let Learner { networks, discriminator, .. } = learner(config, device);
    let Shard { seen, mut random } = shard;
    let mut readings = Readings::default();
    let forward = Forward::new(&networks, seen, None, config, &mut random);
    let loss = forward.loss(&networks, &discriminator, config, &mut random, &mut readings);
    let judgement = forward.judgement(&discriminator, config, &mut random, &mut readings);
    Alone {
        networks: parameters(&networks, &GradientsParams::from_grads(loss.backward(), &networks)),
        discriminator: parameters(&discriminator, &GradientsParams::from_grads(judgement.backward(), &discriminator)),
        metrics: readings.read(1).unwrap().unwrap(),
    }
}

/// Adam's first step from `before` along the mean gradient `g` of two shards is `rate * g / (|g| + 1e-8)`; what has no
/// gradient is the first shard's.
fn assert_moved(after: &[Vec<f32>], before: &[Vec<f32>], shards: [&Parameters; 2], rate: f32) {
    let mut compared = 0;
    for (((after, before), (statistic, first)), (_, second)) in after.iter().zip(before).zip(shards[0]).zip(shards[1]) {
        let (Some(first), Some(second)) = (first, second) else {
            assert_eq!(after, statistic);
            continue;
        };
        let largest = first.iter().chain(second).fold(0.0_f32, |max, x| max.max(x.abs()));
        for (((after, before), a), b) in after.iter().zip(before).zip(first).zip(second) {
            let gradient = (a + b) / 2.0;
            // The sign of what two shards cancel to is rounding.
            if gradient.abs() > 1e-4 * largest && gradient.abs() > 1e-6 {
                let expected = before - rate * gradient / (gradient.abs() + 1e-8);
                assert!((after - expected).abs() < 1e-3 * rate, "{before} to {after}, not {expected}");
                compared += 1;
            }
        }
    }
    assert!(compared > before.iter().map(Vec::len).sum::<usize>() / 2, "only {compared} have a gradient");
}

#[test]
fn two_devices_move_along_the_mean_of_their_gradients() {
    let config = config(PriorUpdates::Simultaneous);
    let device = Device::flex().autodiff();
    let replicas = Replicas::new(&[device.clone(), device.clone()], 2);
    let before = learner(&config, &device);
    let [networks, discriminator] = [numbers(&before.networks), numbers(&before.discriminator)];
    let (after, readings) = before
        .step(shards(&device), &replicas, &config, Pace { step: 0, rate: config.learning_rate, reads: true })
        .unwrap();

    let [first, second] = <[Shard; 2]>::try_from(shards(&device)).unwrap().map(|shard| alone(shard, &config, &device));
    let rate = config.learning_rate as f32;
    assert_moved(&numbers(&after.networks), &networks, [&first.networks, &second.networks], rate);
    let judged = [&first.discriminator, &second.discriminator];
    assert_moved(&numbers(&after.discriminator), &discriminator, judged, rate);

    let metrics = readings.read(1).unwrap().unwrap();
    let mean = |of: fn(&Metrics) -> f32| (of(&first.metrics) + of(&second.metrics)) / 2.0;
    assert!(first.metrics.loss != second.metrics.loss);
    assert!((metrics.loss - mean(|metrics| metrics.loss)).abs() < 1e-6, "{metrics:?}");
    let information = mean(|metrics| metrics.local_information.unwrap());
    assert!((metrics.local_information.unwrap() - information).abs() < 1e-6, "{metrics:?}");
}

#[test]
fn on_two_devices_too_the_encoder_may_face_the_moved_discriminator() {
    let device = Device::flex().autodiff();
    let [simultaneous, alternating] = [PriorUpdates::Simultaneous, PriorUpdates::Alternating].map(|updates| {
        let config = config(updates);
        let replicas = Replicas::new(&[device.clone(), device.clone()], 2);
        let (after, readings) = learner(&config, &device)
            .step(shards(&device), &replicas, &config, Pace { step: 0, rate: config.learning_rate, reads: true })
            .unwrap();
        (numbers(&after.discriminator), readings.read(1).unwrap().unwrap())
    });
    assert_eq!(simultaneous.0, alternating.0, "the discriminators learn the same");
    assert_eq!(simultaneous.1.discriminator, alternating.1.discriminator);
    assert!(alternating.1.prior > simultaneous.1.prior, "{simultaneous:?} {alternating:?}");
}
