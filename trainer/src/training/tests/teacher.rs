//! Learning from the embeddings of another encoder.

use super::*;
use crate::architecture::Architecture;
use crate::model::Encoder;
use crate::settings::Views;
use crate::training::teacher::{Teacher, embeddings_of};

/// Of one shard on flex.
fn teacher(encoder: &Encoder) -> Teacher {
    Teacher::new(encoder, &Replicas::new(&[Device::flex().autodiff()], 1))
}

/// In training, so that it could move.
fn large(device: &Device) -> Encoder {
    let _alone = seed_alone(device, 9);
    Encoder::new(&Preset::Edge28Depthwise.architecture(), device)
}

fn taught(config: TrainConfig) -> TrainConfig {
    TrainConfig { teacher: Some("large".into()), ..config }
}

fn units(architecture: &Architecture) -> usize {
    architecture.shapes()[architecture.layers.len() - 1][0]
}

/// The networks, and the loss of a step with `encoder` as a teacher.
fn loss(config: &TrainConfig, encoder: &Encoder) -> (DeepInfoMax, Tensor<1>, Metrics) {
    config.validate().unwrap();
    let device = Device::flex().autodiff();
    let (networks, discriminator) = initialize(config, 4, &device);
    let networks = networks.with_teacher(units(encoder.architecture()), config, &device);
    let random = &mut StdRng::seed_from_u64(0);
    let mut readings = Readings::default();
    let images = self::images(&TrainConfig { batch_size: config.images_per_step(), ..config.clone() }, &device);
    let teacher = teacher(encoder).for_shards().remove(0).unwrap();
    let taught = embeddings_of(&teacher, &images);
    let seen = Seen { images, indices: Vec::new(), classes: None };
    let forward = Forward::new(&networks, seen, None, config, random).taught(Some(taught));
    let loss = forward.loss(&networks, &discriminator, config, random, &mut readings);
    (networks, loss, readings.read(1).unwrap().unwrap())
}

#[test]
fn the_loss_moves_everything_but_the_teacher() {
    let device = Device::flex().autodiff();
    for projector in [0, 24] {
        let encoder = large(&device);
        let before = numbers(&encoder.valid());
        let (networks, loss, _) = loss(&taught(TrainConfig { projector, ..config() }), &encoder);
        let mut gradients = loss.backward();
        assert_eq!(GradientsParams::from_module(&mut gradients, &networks).len(), parameters(&networks));
        assert!(parameters(&encoder) > 0);
        assert_eq!(GradientsParams::from_module(&mut gradients, &encoder).len(), 0);
        assert!(numbers(&encoder.valid()) == before, "its running statistics have moved");
    }
}

/// infoNCE of cosines over a temperature of 0.2, by hand.
fn information(embeddings: &[Vec<f64>], taught: &[Vec<f64>]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let score = |a: &[f64], b: &[f64]| dot(a, b) / (dot(a, a) * dot(b, b)).sqrt() / 0.2;
    let count = embeddings.len();
    let of_image = |image: usize| {
        let sum: f64 = taught.iter().map(|other| score(&embeddings[image], other).exp()).sum();
        score(&embeddings[image], &taught[image]) - sum.ln()
    };
    (0..count).map(of_image).sum::<f64>() / count as f64 + (count as f64).ln()
}

#[test]
fn the_estimate_is_between_the_embeddings_of_one_view() {
    let device = Device::flex().autodiff();
    let encoder = large(&device);
    for views in [Views::One, Views::Two] {
        let augmentation = dim_host::data::Augmentation::ShiftTone;
        let only = TrainConfig { beta: 0.0, gamma: 0.0, estimator: Estimator::InfoNce, ..taught(config()) };
        let config = TrainConfig { views, augmentation, teacher_information: 0.5, ..only };
        let (networks, loss, metrics) = loss(&config, &encoder);
        let batch = config.batch_size;
        let images = images(&TrainConfig { batch_size: config.images_per_step(), ..config.clone() }, &device);
        let rows = |embeddings: Tensor<2>| -> Vec<Vec<f64>> {
            let units = embeddings.dims()[1];
            let numbers = embeddings.try_to_vec_as::<f32>().unwrap();
            numbers.chunks(units).map(|row| row.iter().copied().map(f64::from).collect()).collect()
        };
        let student = rows(networks.encoder.forward(images.clone()).embedding);
        let teacher = rows(encoder.valid().forward(images.inner()).embedding);
        let views: Vec<f64> = student
            .chunks(batch)
            .zip(teacher.chunks(batch))
            .map(|(student, teacher)| information(student, teacher))
            .collect();
        let expected = views.iter().sum::<f64>() / views.len() as f64;
        let found = f64::from(metrics.teacher_information.unwrap());
        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        let loss = f64::from(loss.into_scalar::<f32>());
        let ceiling = (batch as f64).ln();
        assert!((loss + 0.5 * (expected - ceiling)).abs() < 1e-4, "{loss} {expected}");
    }
}

#[test]
fn an_encoder_comes_to_tell_what_its_teacher_says() {
    let device = Device::flex().autodiff();
    let encoder = large(&device);
    let before = numbers(&encoder.valid());
    let config = taught(TrainConfig { projector: 32, beta: 0.0, gamma: 0.0, ..config() });
    let (networks, discriminator) = initialize(&config, 4, &device);
    let networks = networks.with_teacher(units(encoder.architecture()), &config, &device);
    let mut learner = Learner::new(networks, discriminator, &config, config.batch_size);
    learner.teacher = Some(teacher(&encoder));
    let mut random = StdRng::seed_from_u64(0);
    let mut information = Vec::new();
    for _ in 0..30 {
        let readings;
        (learner, readings) = step(learner, seen(&config, &device), &config, &mut random);
        information.push(readings.read(1).unwrap().unwrap().teacher_information.unwrap());
    }
    assert!(information[29] > information[0] + 0.1, "{information:?}");
    assert!(numbers(&encoder.valid()) == before);
}

#[test]
fn a_teacher_changes_none_of_the_networks_that_there_are_without_it() {
    let device = Device::flex().autodiff();
    let [without, with] = [config(), taught(config())].map(|config| initialize(&config, 4, &device).0);
    let with = with.with_teacher(64, &taught(config()), &device);
    assert!(numbers(&without.encoder) == numbers(&with.encoder));
    assert!(numbers(&without.local_critic) == numbers(&with.local_critic));
}
