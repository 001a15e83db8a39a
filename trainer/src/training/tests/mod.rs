//! What learns from which loss, and what is recorded.

mod baselines;
mod clusters;
mod int8;
mod learning;
mod local_maps;
mod teacher;
mod views;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Distribution, Tensor};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::loss::Forward;
use super::metrics::{Metrics, Readings};
use super::noise_targets::NoiseTargets;
use super::replicas::Replicas;
use super::shard::{Seen, Shard};
use super::step::{Learner, Pace};
use crate::architecture::Preset;
use crate::model::{DeepInfoMax, Discriminator, initialize, seed_alone};
use crate::objective::encoder_prior_loss;
use crate::settings::{Estimator, GlobalCriticKind, LocalCriticKind, Method, Precision, Prior, TrainConfig};

fn config() -> TrainConfig {
    TrainConfig {
        encoder: Preset::Edge28.architecture(),
        batch_size: 4,
        critic_units: 16,
        learning_rate: 1e-3,
        ..TrainConfig::default()
    }
}

/// Everything at once.
fn whole() -> TrainConfig {
    TrainConfig {
        alpha: 0.5,
        coordinates: 0.2,
        relative_coordinates: 0.3,
        occlusion: 0.5,
        score_clip: 10.0,
        score_penalty: 0.01,
        gradient_penalty: 0.5,
        ..config()
    }
}

fn images(config: &TrainConfig, device: &Device) -> Tensor<4> {
    let shape = config.encoder.input;
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let _alone = seed_alone(device, 1);
    Tensor::random([config.batch_size, channels, height, width], Distribution::Uniform(-1.0, 1.0), device)
}

/// The images, with class i of the i-th where the method learns from labels.
fn seen(config: &TrainConfig, device: &Device) -> Seen {
    let classes = || Tensor::arange(0..config.batch_size as i64, device);
    let indices = (0..config.batch_size).collect();
    Seen { images: images(config, device), indices, classes: config.method.reads_labels().then(classes) }
}

struct Losses {
    networks: DeepInfoMax,
    discriminator: Discriminator,
    loss: Tensor<1>,
    judgement: Tensor<1>,
    readings: Readings,
}

fn losses(config: &TrainConfig) -> Losses {
    config.validate().unwrap();
    let device = Device::flex().autodiff();
    let (networks, discriminator) = initialize(config, 4, &device);
    let random = &mut StdRng::seed_from_u64(0);
    let mut readings = Readings::default();
    let mut forward = Forward::new(&networks, seen(config, &device), None, config, random);
    if config.method == Method::Nat {
        let [_, units] = forward.output.embedding.dims();
        let indices: Vec<usize> = (0..config.batch_size).collect();
        forward.aim(&indices, &mut NoiseTargets::new(config.batch_size, units, random));
    }
    let loss = forward.loss(&networks, &discriminator, config, random, &mut readings);
    let judgement = forward.judgement(&discriminator, config, random, &mut readings);
    Losses { networks, discriminator, loss, judgement, readings }
}

fn learning<M: Module>(loss: &Tensor<1>, module: &M) -> usize {
    GradientsParams::from_grads(loss.backward(), module).len()
}

fn parameters<M: Module>(module: &M) -> usize {
    struct Count(usize);
    impl burn::module::ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, parameter: &burn::module::Param<Tensor<D>>) {
            self.0 += usize::from(parameter.is_require_grad());
        }
    }
    let mut count = Count(0);
    module.visit(&mut count);
    count.0
}

/// Every number of a network, running statistics too.
fn numbers<M: Module>(network: &M) -> Vec<f32> {
    struct All(Vec<f32>);
    impl burn::module::ModuleVisitor for All {
        fn visit_float<const D: usize>(&mut self, parameter: &burn::module::Param<Tensor<D>>) {
            self.0.extend(parameter.val().try_to_vec_as::<f32>().unwrap());
        }
    }
    let mut all = All(Vec::new());
    network.visit(&mut all);
    all.0
}

#[test]
fn the_loss_moves_everything_but_the_discriminator() {
    let Losses { networks, discriminator, loss, .. } = losses(&whole());
    assert_eq!(learning(&loss, &networks), parameters(&networks));
    let Losses { loss, .. } = losses(&whole());
    assert_eq!(learning(&loss, &discriminator), 0);
}

/// Residual, depthwise and folded ones, and several embeddings of an image.
#[test]
fn every_kind_of_encoder_and_its_critics_learn_whole() {
    for preset in [Preset::Resnet8, Preset::Edge28Depthwise, Preset::Foldmultialex64] {
        for global_critic in [GlobalCriticKind::ConcatMlp, GlobalCriticKind::EncodeAndDot] {
            let config =
                TrainConfig { encoder: preset.architecture(), global_critic, alpha: 0.5, batch_size: 2, ..config() };
            let Losses { networks, loss, .. } = losses(&config);
            assert_eq!(learning(&loss, &networks), parameters(&networks), "{preset:?} {global_critic:?}");
        }
    }
}

#[test]
fn bf16_rounds_every_kind_of_critic_and_moves_all_of_it() {
    for (local_critic, global_critic) in [
        (LocalCriticKind::EncodeAndDot, GlobalCriticKind::EncodeAndDot),
        (LocalCriticKind::ConcatAndConvolve, GlobalCriticKind::ConcatMlp),
    ] {
        let wide = TrainConfig { local_critic, global_critic, scaled_scores: true, ..whole() };
        let narrow = TrainConfig { precision: Precision::Bf16, ..wide.clone() };
        let Losses { networks, loss, readings, .. } = losses(&narrow);
        assert_eq!(learning(&loss, &networks), parameters(&networks), "{local_critic:?}");
        let [wide, narrow] = [losses(&wide).readings, readings].map(|readings| readings.read(1).unwrap().unwrap());
        let parts = |metrics: &Metrics| [metrics.local_information.unwrap(), metrics.global_information.unwrap()];
        for (wide, narrow) in parts(&wide).iter().zip(parts(&narrow)) {
            assert!(*wide != narrow && (wide - narrow).abs() < 0.02, "{local_critic:?}: {wide} {narrow}");
        }
    }
}

#[test]
fn the_judgement_moves_the_discriminator_only() {
    let Losses { networks, discriminator, judgement, .. } = losses(&whole());
    let mut gradients = judgement.backward();
    assert_eq!(GradientsParams::from_module(&mut gradients, &networks).len(), 0);
    assert_eq!(GradientsParams::from_module(&mut gradients, &discriminator).len(), 6);
}

#[test]
fn matching_the_prior_moves_the_encoder_but_neither_critic_nor_discriminator() {
    let config = config();
    let device = Device::flex().autodiff();
    let (networks, discriminator) = initialize(&config, 4, &device);
    let embedding = networks.encoder.forward(images(&config, &device)).embedding;
    let Discriminator::Prior(discriminator) = discriminator else { panic!("no game with the prior") };
    let mut gradients = encoder_prior_loss(&discriminator, config.prior, embedding).backward();
    assert_eq!(GradientsParams::from_module(&mut gradients, &networks.encoder).len(), parameters(&networks.encoder));
    assert_eq!(GradientsParams::from_module(&mut gradients, &networks.local_critic).len(), 0);
    assert_eq!(GradientsParams::from_module(&mut gradients, &discriminator).len(), 0);
}

#[test]
fn every_part_of_the_loss_is_recorded_and_they_add_up() {
    let config = whole();
    let Losses { readings, .. } = losses(&config);
    let metrics = readings.read(7).unwrap().unwrap();
    assert_eq!(metrics.step, 7);
    let part = |value: Option<f32>| value.unwrap();
    let expected = config.alpha * f64::from(-part(metrics.global_information))
        + config.beta * 0.5 * f64::from(-part(metrics.local_information) - part(metrics.occluded_information))
        + config.coordinates * f64::from(part(metrics.coordinates))
        + config.relative_coordinates * f64::from(part(metrics.relative_coordinates))
        + config.gamma * f64::from(part(metrics.prior));
    // The penalty is recorded as a mean over critics, and weighted with the estimate each belongs to.
    let penalty = f64::from(metrics.loss) - expected;
    assert!(penalty > 0.0 && penalty < 0.02 * 3.0 * f64::from(part(metrics.squared_score)), "{metrics:?}");
    assert!(part(metrics.discriminator) > 0.0 && part(metrics.gradient_penalty) > 0.0);

    let absent = losses(&config_without_prior()).readings.read(1).unwrap().unwrap();
    assert_eq!((absent.prior, absent.global_information, absent.squared_score), (None, None, None));
}

fn config_without_prior() -> TrainConfig {
    TrainConfig { gamma: 0.0, ..config() }
}

#[test]
fn a_part_that_is_not_a_number_is_found() {
    let mut readings = Readings::default();
    let number = |value: f32| Tensor::<1>::from_floats([value], &Device::flex());
    readings.push(|metrics, value| metrics.loss = value, number(1.0));
    readings.push(|metrics, value| metrics.prior = Some(value), number(f32::NAN));
    assert_eq!(readings.read(1).unwrap(), None);
}

#[test]
fn chunks_change_nothing_but_memory() {
    for (estimator, local_critic) in [
        (Estimator::Jsd, LocalCriticKind::ConcatAndConvolve),
        (Estimator::Dv, LocalCriticKind::EncodeAndDotPaper),
        (Estimator::InfoNce, LocalCriticKind::EncodeAndDot),
    ] {
        let whole = TrainConfig { estimator, local_critic, alpha: 1.0, ..config() };
        let device = Device::flex().autodiff();
        let (networks, discriminator) = initialize(&whole, 4, &device);
        let images = images(&config(), &device);
        let run = |config: &TrainConfig| {
            let random = &mut StdRng::seed_from_u64(0);
            let mut readings = Readings::default();
            let forward = Forward::new(
                &networks,
                Seen { images: images.clone(), indices: Vec::new(), classes: None },
                None,
                config,
                random,
            );
            let loss = forward.loss(&networks, &discriminator, config, random, &mut readings);
            let mut gradients = loss.backward();
            let of_encoder = GradientsParams::from_module(&mut gradients, &networks.encoder);
            let first = of_encoder.get::<4>(networks.encoder_weight_id()).unwrap();
            (loss.into_scalar::<f32>(), first.try_to_vec_as::<f32>().unwrap())
        };
        let (loss, gradient) = run(&whole);
        let (chunked_loss, chunked_gradient) = run(&TrainConfig { critic_chunk: 3, ..whole });
        assert!((loss - chunked_loss).abs() < 1e-4, "{estimator:?}: {loss} {chunked_loss}");
        let largest = gradient.iter().fold(0.0_f32, |max, x| max.max(x.abs()));
        for (a, b) in gradient.iter().zip(&chunked_gradient) {
            assert!((a - b).abs() < 1e-3 * largest, "{estimator:?}: {a} {b}");
        }
    }
}

impl DeepInfoMax {
    /// Of the first parameter with four dimensions.
    fn encoder_weight_id(&self) -> burn::module::ParamId {
        struct First(Option<burn::module::ParamId>);
        impl burn::module::ModuleVisitor for First {
            fn visit_float<const D: usize>(&mut self, parameter: &burn::module::Param<Tensor<D>>) {
                if D == 4 && self.0.is_none() {
                    self.0 = Some(parameter.id);
                }
            }
        }
        let mut first = First(None);
        self.encoder.visit(&mut first);
        first.0.unwrap()
    }
}

/// A step on one device.
fn step(learner: Learner, seen: Seen, config: &TrainConfig, random: &mut StdRng) -> (Learner, Readings) {
    let replicas = Replicas::new(&[seen.images.device()], 1);
    learner
        .step(
            vec![Shard { seen, random: StdRng::from_rng(random) }],
            &replicas,
            config,
            Pace { step: 0, rate: config.learning_rate, reads: true },
        )
        .unwrap()
}

/// What has learned in some steps on the same images, and the metrics of each.
fn learn(config: &TrainConfig, steps: usize) -> (Learner, Vec<Metrics>) {
    config.validate().unwrap();
    let device = Device::flex().autodiff();
    let (networks, discriminator) = initialize(config, 4, &device);
    let mut learner = Learner::new(networks, discriminator, config, config.batch_size);
    let seen = seen(config, &device);
    let mut random = StdRng::seed_from_u64(0);
    let mut metrics = Vec::new();
    for number in 0..steps {
        let readings;
        (learner, readings) = step(learner, seen.clone(), config, &mut random);
        metrics.push(readings.read(number).unwrap().unwrap());
    }
    (learner, metrics)
}

/// Batches of two images, since this encoder makes 1.6 billion products of each.
#[test]
fn what_is_dropped_follows_from_the_step() {
    let device = Device::flex().autodiff();
    let config = TrainConfig { encoder: Preset::Foldalex64.architecture(), batch_size: 2, ..config() };
    let (networks, _) = initialize(&config, 0, &device);
    let fc = |networks: &DeepInfoMax, device: &Device, step: u64| {
        let forward = Forward::new(networks, seen(&config, device), None, &config, &mut StdRng::seed_from_u64(step));
        forward.output.fc.try_to_vec_as::<f32>().unwrap()
    };
    let first = fc(&networks, &device, 1);
    assert_eq!(first, fc(&networks, &device, 1));
    assert_ne!(first, fc(&networks, &device, 2));

    let (trained, device) = (networks.valid(), device.inner());
    assert_eq!(fc(&trained, &device, 1), fc(&trained, &device, 2), "a trained encoder drops nothing");
}
