//! What is compared with what, where an image has several views.

use dim_host::data::Augmentation;

use super::*;
use crate::fused::narrow_images;
use crate::model::Encoded;
use crate::objective::Contrast;
use crate::settings::Views;

const IMAGES: usize = 3;

/// Two large views and three small crops, in as many images as the tests of steps make.
fn crops() -> TrainConfig {
    let config = TrainConfig {
        views: Views::Crops,
        small_crops: 3,
        augmentation: Augmentation::ResizedCrop,
        local_critic: LocalCriticKind::EncodeAndDotPaper,
        gamma: 0.0,
        ..config()
    };
    TrainConfig { batch_size: IMAGES * config.views_per_image(), ..config }
}

/// Networks, what they make of the images, and the loss of it.
fn run(config: &TrainConfig) -> (DeepInfoMax, Forward, f32, Metrics) {
    config.validate().unwrap();
    let device = Device::flex().autodiff();
    let (networks, discriminator) = initialize(config, 4, &device);
    let random = &mut StdRng::seed_from_u64(0);
    let forward = Forward::new(&networks, seen(config, &device), None, config, random);
    let mut readings = Readings::default();
    let loss = forward.loss(&networks, &discriminator, config, random, &mut readings);
    forward.monitor(config, &mut readings);
    (networks, forward, loss.into_scalar(), readings.read(1).unwrap().unwrap())
}

/// The embeddings of all views, large ones first.
fn embeddings(forward: &Forward) -> Vec<Tensor<2>> {
    let all = Tensor::cat(vec![forward.output.embedding.clone(), forward.small_crops.clone().unwrap()], 0);
    (0..5).map(|view| all.clone().narrow(0, view * IMAGES, IMAGES)).collect()
}

/// Each of the two large views with every other view that predicts it.
fn pairs() -> Vec<(usize, usize)> {
    vec![(0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 2), (1, 3), (1, 4)]
}

fn mean_loss(contrast: &Contrast, critic: &impl crate::model::Critic, encoded: Vec<Encoded>) -> f32 {
    let count = encoded.len() as f32;
    encoded.into_iter().map(|encoded| contrast.loss(critic, encoded).total.into_scalar::<f32>()).sum::<f32>() / count
}

#[test]
fn every_view_predicts_the_features_of_each_other_large_one_with_equal_weight() {
    for estimator in [Estimator::Jsd, Estimator::InfoNce] {
        let config = TrainConfig { estimator, ..crops() };
        let (networks, forward, loss, metrics) = run(&config);
        let critic = networks.local_critic.unwrap();
        let embeddings = embeddings(&forward);
        let encoded = pairs().into_iter().map(|(large, view)| {
            let map = narrow_images(forward.output.feature_map.clone(), large * IMAGES, IMAGES);
            critic.encode(map, embeddings[view].clone())
        });
        let expected = mean_loss(&Contrast::of(&config), &critic, encoded.collect());
        assert!((loss - expected).abs() < 1e-4 * expected.abs().max(1.0), "{estimator:?}: {loss} {expected}");
        assert!(metrics.local_information.is_some() && metrics.alignment.is_some());
    }
}

#[test]
fn every_view_is_compared_with_the_embedding_of_each_other_large_one_with_equal_weight() {
    let config = TrainConfig { view_information: 1.0, beta: 0.0, estimator: Estimator::InfoNce, ..crops() };
    let (networks, forward, loss, _) = run(&config);
    let critic = networks.view_critic.unwrap();
    let embeddings = embeddings(&forward);
    let encode = |(large, view): (usize, usize)| critic.encode([embeddings[view].clone(), embeddings[large].clone()]);
    let expected = mean_loss(&Contrast::of(&config), &critic, pairs().into_iter().map(encode).collect());
    assert!((loss - expected).abs() < 1e-5, "{loss} {expected}");
}

#[test]
fn small_crops_are_taken_apart_from_large_views_in_their_order() {
    // Normalization over the batch is in both: all views pass through the encoder at once.
    for preset in [Preset::Edge28, Preset::Foldmultialex64] {
        let encoder = preset.architecture();
        let plain = TrainConfig { encoder, batch_size: 6, occlusion: 0.0, gamma: 0.0, ..config() };
        let crops = TrainConfig {
            views: Views::Crops,
            small_crops: 1,
            augmentation: Augmentation::ResizedCrop,
            ..plain.clone()
        };
        let device = Device::flex().autodiff();
        let (networks, _) = initialize(&plain, 4, &device);
        let forward = |config: &TrainConfig| {
            Forward::new(&networks, seen(config, &device), None, config, &mut StdRng::seed_from_u64(0))
        };
        let (all, apart) = (forward(&plain), forward(&crops));
        assert!(all.small_crops.is_none());
        let numbers = |tensor: Tensor<2>| tensor.try_to_vec_as::<f32>().unwrap();
        // `[globals, images, units]` and its parts.
        let [rows, units] = all.output.embedding.dims();
        let globals = rows / 6;
        let by_global = all.output.embedding.reshape([globals, 6, units]);
        let part = |first, count| numbers(by_global.clone().narrow(1, first, count).reshape([globals * count, units]));
        assert_eq!(numbers(apart.output.embedding.clone()), part(0, 4), "{preset:?}");
        assert_eq!(numbers(apart.small_crops.unwrap()), part(4, 2), "{preset:?}");
        assert_eq!(apart.output.feature_map.dims()[0], 4);
    }
}

#[test]
fn small_crops_move_the_encoder_and_all_that_learns_with_it() {
    let config =
        TrainConfig { alpha: 0.5, coordinates: 0.2, occlusion: 0.5, view_information: 1.0, gamma: 0.1, ..crops() };
    config.validate().unwrap();
    let device = Device::flex().autodiff();
    let (networks, discriminator) = initialize(&config, 4, &device);
    let images = images(&config, &device).require_grad();
    let seen = Seen { images: images.clone(), indices: Vec::new(), classes: None };
    let random = &mut StdRng::seed_from_u64(0);
    let forward = Forward::new(&networks, seen, None, &config, random);
    assert_eq!(forward.small_crops.as_ref().unwrap().dims()[0], 3 * IMAGES);
    let loss = forward.loss(&networks, &discriminator, &config, random, &mut Readings::default());
    let mut gradients = loss.backward();
    let at_images = images.grad(&gradients).unwrap();
    for view in 0..5 {
        let largest: f32 = at_images.clone().narrow(0, view * IMAGES, IMAGES).abs().max().into_scalar();
        assert!(largest > 0.0, "view {view}");
    }
    let learning = GradientsParams::from_module(&mut gradients, &networks).len();
    assert_eq!(learning, parameters(&networks));
}
