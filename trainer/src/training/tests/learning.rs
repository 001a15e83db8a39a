//! Steps on the same images: what they gain, and whom the encoder faces.

use dim_host::data::Augmentation;

use super::*;
use crate::settings::{PriorMatching, PriorUpdates, Views};

/// The mean estimate over the last of some steps on the same images, less that over the first.
fn gain(config: &TrainConfig, steps: usize) -> f32 {
    let information: Vec<f32> = learn(config, steps).1.iter().map(|metrics| metrics.information().unwrap()).collect();
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
    mean(&information[steps - 5..]) - mean(&information[..5])
}

#[test]
fn alternating_updates_face_the_encoder_with_the_moved_discriminator() {
    let first_step = |prior_updates| {
        let config = TrainConfig { prior_updates, ..config() };
        let device = Device::flex().autodiff();
        let (networks, discriminator) = initialize(&config, 4, &device);
        let images = Tensor::ones([4, 1, 28, 28], &device);
        let learner = Learner::new(networks, discriminator, &config, config.batch_size);
        let seen = Seen { images, indices: Vec::new(), classes: None };
        let (_, readings) = step(learner, seen, &config, &mut StdRng::seed_from_u64(0));
        readings.read(1).unwrap().unwrap()
    };
    let [simultaneous, alternating] = [PriorUpdates::Simultaneous, PriorUpdates::Alternating].map(first_step);
    assert_eq!(simultaneous.discriminator, alternating.discriminator);
    // A discriminator that has learned is harder to fool.
    assert!(alternating.prior > simultaneous.prior, "{simultaneous:?} {alternating:?}");
}

#[test]
fn every_objective_learns() {
    let local = |local_critic| TrainConfig { local_critic, scaled_scores: true, ..config() };
    let global = |global_critic| TrainConfig { alpha: 1.0, beta: 0.0, global_critic, scaled_scores: true, ..config() };
    let mut configs = vec![
        local(LocalCriticKind::EncodeAndDot),
        local(LocalCriticKind::EncodeAndDotPaper),
        local(LocalCriticKind::ConcatAndConvolve),
        global(GlobalCriticKind::ConcatMlp),
        global(GlobalCriticKind::EncodeAndDot),
        TrainConfig { prior_updates: PriorUpdates::Alternating, gradient_penalty: 0.5, ..config() },
        TrainConfig {
            views: Views::Two,
            augmentation: Augmentation::ShiftTone,
            occlusion: 1.0,
            ..local(LocalCriticKind::EncodeAndDot)
        },
    ];
    configs.push(TrainConfig {
        views: Views::Crops,
        small_crops: 1,
        batch_size: 6,
        augmentation: Augmentation::ResizedCrop,
        view_information: 1.0,
        ..local(LocalCriticKind::EncodeAndDot)
    });
    configs.push(TrainConfig { precision: Precision::Bf16, ..local(LocalCriticKind::EncodeAndDot) });
    for prior in [Prior::Gaussian, Prior::Ball, Prior::Sphere] {
        configs.push(TrainConfig { prior, ..local(LocalCriticKind::EncodeAndDot) });
    }
    for prior in [Prior::Uniform, Prior::Gaussian] {
        let noise = TrainConfig { prior_matching: PriorMatching::Noise, gamma: 0.0, prior, ..config() };
        configs.push(TrainConfig { scaled_scores: true, ..noise });
    }
    for estimator in Estimator::ALL.into_iter().filter(|estimator| *estimator != Estimator::Jsd) {
        configs.push(TrainConfig { estimator, score_clip: 3.0, ..local(LocalCriticKind::EncodeAndDot) });
    }
    for config in configs {
        let gain = gain(&config, 30);
        assert!(gain > 0.02, "{}: {gain}", config.objective());
    }
}
