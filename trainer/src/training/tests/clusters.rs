//! Learning which clusters images belong to.

use burn::tensor::TensorData;

use super::*;
use crate::settings::Views;
use crate::training::loss::Belonging;

/// Four images in three clusters.
const SHARES: [[f32; 3]; 4] = [[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25], [0.0, 1.0, 0.0]];
const ENTROPY: f64 = 1.05;

fn clustered(config: TrainConfig) -> TrainConfig {
    TrainConfig { clusters_of: vec!["some.npy".into()], clusters: 3, cluster_information: 2.0, ..config }
}

fn forward(config: &TrainConfig, device: &Device) -> (DeepInfoMax, Discriminator, Forward) {
    config.validate().unwrap();
    let (networks, discriminator) = initialize(config, 4, device);
    let networks = networks.with_clusters(config, device);
    let images = images(&TrainConfig { batch_size: config.images_per_step(), ..config.clone() }, device);
    let shares = Tensor::from_data(TensorData::new(SHARES.concat(), [4, 3]), device);
    let seen = Seen { images, indices: Vec::new(), classes: None };
    let forward = Forward::new(&networks, seen, None, config, &mut StdRng::seed_from_u64(0));
    (networks, discriminator, forward.belonging(Some(Belonging { shares, entropy: ENTROPY })))
}

/// Mean over the rows of `sum_c p(c) log q(c | y)`, by hand.
fn told(networks: &DeepInfoMax, embeddings: &[f32]) -> f64 {
    let decoder = networks.cluster_decoder.as_ref().unwrap();
    let [units, clusters] = decoder.weight.dims();
    let [weight, bias] = [decoder.weight.val().flatten::<1>(0, 1), decoder.bias.as_ref().unwrap().val()]
        .map(|numbers| numbers.try_to_vec_as::<f32>().unwrap());
    let rows = embeddings.chunks_exact(units);
    let count = rows.len() as f64;
    let of_row = |(row, y): (usize, &[f32])| {
        let score = |cluster: usize| {
            let products =
                y.iter().enumerate().map(|(unit, y)| f64::from(*y) * f64::from(weight[unit * clusters + cluster]));
            products.sum::<f64>() + f64::from(bias[cluster])
        };
        let sum: f64 = (0..clusters).map(|cluster| score(cluster).exp()).sum();
        let shares = &SHARES[row % SHARES.len()];
        (0..clusters).map(|cluster| f64::from(shares[cluster]) * (score(cluster) - sum.ln())).sum::<f64>()
    };
    rows.enumerate().map(of_row).sum::<f64>() / count
}

#[test]
fn the_bound_is_entropy_less_cross_entropy_over_all_views() {
    let device = Device::flex().autodiff();
    for views in [Views::One, Views::Two] {
        let augmentation = dim_host::data::Augmentation::ShiftTone;
        let config = TrainConfig { views, augmentation, beta: 0.0, gamma: 0.0, ..clustered(config()) };
        let (networks, discriminator, forward) = forward(&config, &device);
        let embeddings = forward.output.embedding.clone().try_to_vec_as::<f32>().unwrap();
        let mut readings = Readings::default();
        let random = &mut StdRng::seed_from_u64(0);
        let loss = forward.loss(&networks, &discriminator, &config, random, &mut readings);
        let expected = ENTROPY + told(&networks, &embeddings);
        let metrics = readings.read(1).unwrap().unwrap();
        let found = f64::from(metrics.cluster_information.unwrap());
        assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        assert!((f64::from(loss.into_scalar::<f32>()) + 2.0 * expected).abs() < 1e-4);
        assert_eq!(metrics.information(), metrics.cluster_information);
    }
}

#[test]
fn encoder_and_decoder_learn_from_it_beside_the_local_objective() {
    let device = Device::flex().autodiff();
    let config = clustered(config());
    let (networks, discriminator, forward) = forward(&config, &device);
    let mut readings = Readings::default();
    let loss = forward.loss(&networks, &discriminator, &config, &mut StdRng::seed_from_u64(0), &mut readings);
    assert_eq!(learning(&loss, &networks), parameters(&networks));
}

#[test]
fn clusters_change_none_of_the_networks_that_there_are_without_them() {
    let device = Device::flex().autodiff();
    let [without, with] = [config(), clustered(config())].map(|config| initialize(&config, 4, &device).0);
    let with = with.with_clusters(&clustered(config()), &device);
    assert!(numbers(&without.encoder) == numbers(&with.encoder));
    assert!(numbers(&without.local_critic) == numbers(&with.local_critic));
}
