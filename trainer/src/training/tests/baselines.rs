//! The same of the methods that are compared with Deep `InfoMax`.

use super::*;
use crate::settings::PriorUpdates;

const BASELINES: [Method; 8] = [
    Method::Supervised,
    Method::Autoencoder,
    Method::Vae,
    Method::BetaVae,
    Method::Aae,
    Method::Bigan,
    Method::Nat,
    Method::Cpc,
];

fn with(method: Method) -> TrainConfig {
    match method {
        Method::Cpc => {
            TrainConfig { method, encoder: Preset::Foldmultialex64.architecture(), batch_size: 2, ..config() }
        }
        _ => TrainConfig { method, ..config() },
    }
}

#[test]
fn the_loss_moves_all_that_it_is_read_from_and_never_the_discriminator() {
    for method in BASELINES {
        let Losses { networks, loss, .. } = losses(&with(method));
        let unseen = match method {
            // Behind the last convolution: a weight, a scale and a shift, and a weight and a bias.
            Method::Supervised => 5,
            // Behind the crops: two convolutions with a scale and a shift each.
            Method::Cpc => 6,
            _ => 0,
        };
        assert_eq!(learning(&loss, &networks), parameters(&networks) - unseen, "{method:?}");
        assert!(networks.local_critic.is_none() && networks.global_critic.is_none());
        let Losses { discriminator, loss, .. } = losses(&with(method));
        assert_eq!(learning(&loss, &discriminator), 0, "{method:?}");
    }
}

#[test]
fn the_classifier_moves_convolutions_only() {
    let Losses { networks, loss, .. } = losses(&with(Method::Supervised));
    let mut gradients = loss.backward();
    assert_eq!(GradientsParams::from_module(&mut gradients, &networks.classifier).len(), 5);
    // Three convolutions with a scale and a shift each.
    assert_eq!(GradientsParams::from_module(&mut gradients, &networks.encoder).len(), 9);
}

#[test]
fn an_adversary_learns_alone() {
    // Three layers; two convolutions and four layers.
    for (method, parameters) in [(Method::Aae, 6), (Method::Bigan, 12)] {
        let Losses { networks, discriminator, judgement, .. } = losses(&with(method));
        let mut gradients = judgement.backward();
        assert_eq!(GradientsParams::from_module(&mut gradients, &networks).len(), 0, "{method:?}");
        assert_eq!(GradientsParams::from_module(&mut gradients, &discriminator).len(), parameters, "{method:?}");
    }
}

#[test]
fn every_method_starts_from_the_same_encoder() {
    let device = Device::flex();
    let first = |config: &TrainConfig| {
        let (networks, _) = initialize(config, 4, &device);
        let ones = images(config, &device).ones_like();
        networks.encoder.forward(ones).embedding.try_to_vec_as::<f32>().unwrap()
    };
    for method in BASELINES {
        let config = with(method);
        let expected = first(&TrainConfig { method: Method::Dim, ..config.clone() });
        assert!(expected.iter().any(|x| *x != 0.0));
        assert_eq!(first(&config), expected, "{method:?}");
    }
}

#[test]
fn the_parts_that_are_recorded_add_up() {
    let read = |config: &TrainConfig| losses(config).readings.read(1).unwrap().unwrap();
    let close = |metrics: &Metrics, expected: f32| assert!((metrics.loss / expected - 1.0).abs() < 1e-5, "{metrics:?}");

    let metrics = read(&with(Method::Supervised));
    close(&metrics, metrics.cross_entropy.unwrap());
    assert!((0.0..=1.0).contains(&metrics.accuracy.unwrap()));
    assert_eq!((metrics.reconstruction, metrics.information()), (None, None));

    let metrics = read(&with(Method::Autoencoder));
    close(&metrics, metrics.reconstruction.unwrap());

    for (config, weight) in [(with(Method::Vae), 1.0), (TrainConfig { kl_weight: 2.5, ..with(Method::BetaVae) }, 2.5)] {
        let metrics = read(&config);
        let [reconstruction, divergence] = [metrics.reconstruction, metrics.divergence].map(Option::unwrap);
        assert!(divergence > 0.0);
        close(&metrics, 784.0 / 2.0 * reconstruction + weight * divergence);
        assert_eq!(metrics.prior, None, "{config:?}");
    }

    let metrics = read(&TrainConfig { gamma: 0.5, ..with(Method::Aae) });
    close(&metrics, metrics.reconstruction.unwrap() + 0.5 * metrics.prior.unwrap());
    assert_eq!(metrics.divergence, None);

    let metrics = read(&with(Method::Bigan));
    close(&metrics, metrics.bidirectional.unwrap());
    assert!(metrics.discriminator.unwrap() > 0.0);
    assert_eq!((metrics.reconstruction, metrics.prior), (None, None));

    let metrics = read(&with(Method::Nat));
    close(&metrics, metrics.target_distance.unwrap());
    assert!((0.0..2.0).contains(&metrics.loss), "{metrics:?}");

    let metrics = read(&with(Method::Cpc));
    close(&metrics, metrics.prediction.unwrap());
    // Two images of 7x7 crops.
    assert!((metrics.loss - 98.0_f32.ln()).abs() < 2.0, "{metrics:?}");
}

#[test]
fn what_is_random_in_a_step_follows_from_its_number() {
    for method in BASELINES {
        let config = with(method);
        let device = Device::flex().autodiff();
        let (networks, discriminator) = initialize(&config, 4, &device);
        let learner = Learner::new(networks, discriminator, &config, config.batch_size);
        let seen = seen(&config, &device);
        let step = |seed| {
            let random = &mut StdRng::seed_from_u64(seed);
            super::step(learner.clone(), seen.clone(), &config, random).1.read(1).unwrap().unwrap()
        };
        let first = step(1);
        // Whoever else draws from burn's generator changes nothing.
        let _ = images(&config, &device);
        assert_eq!(step(1), first, "{method:?}");
        let is_random = !matches!(method, Method::Autoencoder | Method::Nat | Method::Cpc);
        assert_eq!(step(2) != first, is_random, "{method:?}");
    }
}

/// Metrics of the first and of the last of some steps on the same images.
fn overfit(config: &TrainConfig, steps: usize) -> [Metrics; 2] {
    let (_, metrics) = learn(config, steps);
    [metrics[0].clone(), metrics[steps - 1].clone()]
}

#[test]
fn a_classifier_learns_four_images_by_heart() {
    let [first, last] = overfit(&with(Method::Supervised), 40);
    assert!(last.cross_entropy < Some(0.3) && first.cross_entropy > Some(0.8), "{first:?} {last:?}");
    assert_eq!(last.accuracy, Some(1.0));
}

#[test]
fn an_autoencoder_learns_four_images_by_heart() {
    for method in [Method::Autoencoder, Method::Vae, Method::BetaVae, Method::Aae] {
        let [first, last] = overfit(&with(method), 60);
        let [before, after] = [&first, &last].map(|metrics| metrics.reconstruction.unwrap());
        // Noise that is uniform in [-1, 1]: its variance is what drawing mid-grey costs.
        assert!(after < 0.25 && after < 0.7 * before, "{method:?}: {before} {after}");
        assert!(last.loss < first.loss, "{method:?}");
    }
}

/// Each side of the game goes down on its own, while the other is put back after every step: first the discriminator, which
/// noise is easily told to, and then encoder and generator.
#[test]
fn a_discriminator_of_pairs_learns_to_tell_and_encoder_and_generator_to_fool_it() {
    let config = with(Method::Bigan);
    let device = Device::flex().autodiff();
    let (networks, discriminator) = initialize(&config, 4, &device);
    let mut learner = Learner::new(networks, discriminator, &config, config.batch_size);
    let seen = seen(&config, &device);
    let mut random = StdRng::seed_from_u64(0);

    let (networks, optimizer) = (learner.networks.clone(), learner.optimizer.clone());
    let mut told = Vec::new();
    for step in 0..8 {
        let readings;
        (learner, readings) = super::step(learner, seen.clone(), &config, &mut random);
        told.push(readings.read(step).unwrap().unwrap().discriminator.unwrap());
        (learner.networks, learner.optimizer) = (networks.clone(), optimizer.clone());
    }
    let [before, after] = [told[0], told[7]];
    assert!(before > 1.0 && after < 0.7, "{before} {after}");

    let (judge, optimizer) = (learner.discriminator.clone(), learner.discriminator_optimizer.clone());
    let mut fooled = Vec::new();
    for step in 0..25 {
        let readings;
        (learner, readings) = super::step(learner, seen.clone(), &config, &mut random);
        fooled.push(readings.read(step).unwrap().unwrap().bidirectional.unwrap());
        (learner.discriminator, learner.discriminator_optimizer) = (judge.clone(), optimizer.clone());
    }
    let [before, after] = [fooled[0], fooled[24]];
    assert!(before > 2.0 && after < 0.7 * before, "{before} {after}");
}

#[test]
fn alternating_updates_face_encoder_and_generator_with_the_moved_discriminator() {
    let first_step = |prior_updates| {
        let (_, metrics) = learn(&TrainConfig { prior_updates, ..with(Method::Bigan) }, 1);
        metrics[0].clone()
    };
    let [simultaneous, alternating] = [PriorUpdates::Simultaneous, PriorUpdates::Alternating].map(first_step);
    assert_eq!(simultaneous.discriminator, alternating.discriminator);
    assert!(alternating.bidirectional > simultaneous.bidirectional, "{simultaneous:?} {alternating:?}");
}

#[test]
fn noise_targets_are_learned() {
    let [first, last] = overfit(&with(Method::Nat), 40);
    let [before, after] = [first, last].map(|metrics| metrics.target_distance.unwrap());
    // The best of 24 assignments of random targets is not far from 1, at which embeddings know nothing.
    assert!(before > 0.5 && after < 0.1, "{before} {after}");
}

#[test]
fn an_encoder_on_crops_learns_to_predict_them() {
    let [first, last] = overfit(&with(Method::Cpc), 12);
    let [before, after] = [first, last].map(|metrics| metrics.prediction.unwrap());
    // ln 98 nats tell a crop from all others of two images.
    assert!(after < 98.0_f32.ln() - 0.5 && after < before, "{before} {after}");
}
