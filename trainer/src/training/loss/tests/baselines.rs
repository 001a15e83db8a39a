//! The same of the methods that are compared with Deep `InfoMax`.

use super::*;
use crate::training::Method;

const BASELINES: [Method; 5] = [Method::Supervised, Method::Autoencoder, Method::Vae, Method::BetaVae, Method::Aae];

fn with(method: Method) -> TrainConfig {
    TrainConfig { method, ..config() }
}

#[test]
fn the_loss_moves_all_that_it_is_read_from_and_never_the_discriminator() {
    for method in BASELINES {
        let Losses { networks, loss, .. } = losses(&with(method));
        // Behind the last convolution: a weight, a scale and a shift, and a weight and a bias.
        let unseen = if method == Method::Supervised { 5 } else { 0 };
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
fn the_adversary_of_an_autoencoder_learns_alone() {
    let Losses { networks, discriminator, judgement, .. } = losses(&with(Method::Aae));
    let mut gradients = judgement.backward();
    assert_eq!(GradientsParams::from_module(&mut gradients, &networks).len(), 0);
    assert_eq!(GradientsParams::from_module(&mut gradients, &discriminator).len(), 6);
}

#[test]
fn every_method_starts_from_the_same_encoder() {
    let device = Device::flex();
    let first = |config: &TrainConfig| {
        let (networks, _) = initialize(config, 4, &device);
        networks.encoder.forward(Tensor::ones([1, 1, 28, 28], &device)).embedding.try_to_vec_as::<f32>().unwrap()
    };
    let expected = first(&config());
    assert!(expected.iter().any(|x| *x != 0.0));
    for method in BASELINES {
        assert_eq!(first(&with(method)), expected, "{method:?}");
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
}

#[test]
fn what_is_random_in_a_step_follows_from_its_number() {
    for method in BASELINES {
        let config = with(method);
        let device = Device::flex().autodiff();
        let (networks, discriminator) = initialize(&config, 4, &device);
        let learner = Learner::new(networks, discriminator, &config);
        let seen = seen(&config, &device);
        let step = |seed| {
            let random = &mut StdRng::seed_from_u64(seed);
            super::step(learner.clone(), seen.clone(), &config, random).1.read(1).unwrap().unwrap()
        };
        let first = step(1);
        // Whoever else draws from burn's generator changes nothing.
        let _ = images(&config, &device);
        assert_eq!(step(1), first, "{method:?}");
        let is_random = method != Method::Autoencoder;
        assert_eq!(step(2) != first, is_random, "{method:?}");
    }
}

/// Metrics of the first and of the last of some steps on the same images.
fn overfit(config: &TrainConfig, steps: usize) -> [Metrics; 2] {
    let metrics = learn(config, steps);
    [metrics[0], metrics[steps - 1]]
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
        let [before, after] = [first, last].map(|metrics| metrics.reconstruction.unwrap());
        // Noise that is uniform in [-1, 1]: its variance is what drawing mid-grey costs.
        assert!(after < 0.25 && after < 0.7 * before, "{method:?}: {before} {after}");
        assert!(last.loss < first.loss, "{method:?}");
    }
}
