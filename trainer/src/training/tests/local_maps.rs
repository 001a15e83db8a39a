//! The local objective at several depths at once.

use dim_host::data::Augmentation;

use super::*;
use crate::model::LocalCritic;
use crate::objective::Contrast;
use crate::settings::Views;

/// `layer0` and the last convolution beside the local feature map.
fn with_maps(config: TrainConfig) -> TrainConfig {
    TrainConfig { local_maps: vec!["layer0".to_owned(), "conv".to_owned()], gamma: 0.0, ..config }
}

/// The estimate that `critic` makes of embeddings and cells of these maps, in batches that are averaged.
fn estimate(config: &TrainConfig, critic: &LocalCritic, batches: Vec<(Tensor<4>, Tensor<2>)>) -> f32 {
    let count = batches.len() as f32;
    let of_batch = |(map, embedding): (Tensor<4>, Tensor<2>)| {
        let [_, _, height, width] = map.dims();
        let loss = Contrast::of(config).loss(critic, critic.encode(map, embedding)).loss.into_scalar::<f32>();
        config.estimator.offset(config.batch_size, height * width) as f32 - loss
    };
    batches.into_iter().map(of_batch).sum::<f32>() / count
}

#[test]
fn each_map_is_compared_by_a_critic_of_its_own_and_the_mean_is_maximized() {
    for (views, estimator) in [(Views::One, Estimator::Jsd), (Views::Two, Estimator::InfoNce)] {
        let config = with_maps(TrainConfig { views, augmentation: Augmentation::ShiftTone, estimator, ..config() });
        config.validate().unwrap();
        let device = Device::flex().autodiff();
        let (networks, discriminator) = initialize(&config, 4, &device);
        let images = images(&TrainConfig { batch_size: config.images_per_step(), ..config.clone() }, &device);
        let random = &mut StdRng::seed_from_u64(0);
        let mut readings = Readings::default();
        let seen = Seen { images: images.clone(), indices: Vec::new(), classes: None };
        let forward = Forward::new(&networks, seen, None, &config, random);
        let loss = forward.loss(&networks, &discriminator, &config, random, &mut readings).into_scalar::<f32>();
        let metrics = readings.read(1).unwrap().unwrap();

        // Of edge28: two convolutions up to the local feature map, a third one, and two fully connected layers.
        let outputs = networks.encoder.forward_layers(images);
        let embeddings: Tensor<2> = outputs[4].clone().flatten(1, 3);
        let critics = networks.local_critic.iter().chain(&networks.map_critics);
        let expected: Vec<f32> = [1, 0, 2]
            .into_iter()
            .zip(critics)
            .map(|(layer, critic)| {
                let part = |view: usize| view * config.batch_size;
                let of = |map: usize, embedding: usize| {
                    let map = outputs[layer].clone().narrow(0, part(map), config.batch_size);
                    (map, embeddings.clone().narrow(0, part(embedding), config.batch_size))
                };
                let batches = if views == Views::One { vec![of(0, 0)] } else { vec![of(0, 1), of(1, 0)] };
                estimate(&config, critic, batches)
            })
            .collect();
        let found = [&[metrics.local_information.unwrap()], &metrics.map_information[..]].concat();
        assert_eq!(found.len(), 3);
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-3, "{estimator:?}: {found} {expected}");
        }
        let cells = [7 * 7, 14 * 14, 4 * 4];
        let offset = cells.map(|cells| estimator.offset(config.batch_size, cells) as f32).iter().sum::<f32>() / 3.0;
        let mean = found.iter().sum::<f32>() / 3.0;
        assert!((loss - (offset - mean)).abs() < 1e-3, "{loss} {offset} {mean}");
    }
}

#[test]
fn all_critics_learn_and_occluded_images_are_compared_with_every_map() {
    let config = with_maps(TrainConfig { occlusion: 0.5, score_penalty: 0.01, ..config() });
    let Losses { networks, loss, readings, .. } = losses(&config);
    assert_eq!((networks.map_critics.len(), learning(&loss, &networks)), (2, parameters(&networks)));
    let metrics = readings.read(1).unwrap().unwrap();
    assert_eq!([metrics.map_information.len(), metrics.occluded_map_information.len()], [2, 2]);
    let (_, learned) = learn(&with_maps(TrainConfig { scaled_scores: true, ..self::config() }), 30);
    for map in 0..2 {
        let [first, last] = [&learned[0], &learned[29]].map(|metrics| metrics.map_information[map]);
        assert!(last > first + 0.02, "{map}: {first} {last}");
    }
}

#[test]
fn other_maps_change_no_network_that_there_is_without_them() {
    let device = Device::flex().autodiff();
    let [with, without] = [with_maps(config()), TrainConfig { gamma: 0.0, ..config() }].map(|config| {
        let (networks, _) = initialize(&config, 4, &device);
        [numbers(&networks.encoder), numbers(&networks.local_critic)]
    });
    assert!(with == without);
}
