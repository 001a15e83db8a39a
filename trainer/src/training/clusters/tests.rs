//! Clusters against numbers computed by hand.

use burn::tensor::Device;

use super::*;

fn config() -> TrainConfig {
    TrainConfig { clusters_of: vec!["some.npy".into()], clusters: 3, ..TrainConfig::default() }
}

fn replicas(shards: usize) -> Replicas {
    Replicas::new(&[Device::flex().autodiff()], shards)
}

fn embeddings(width: usize, values: &[f32]) -> Features {
    Features { width, values: values.to_vec() }
}

/// Of five images, by two encoders of two and of three units, far from 0.
fn two_encoders() -> [Features; 2] {
    [
        embeddings(2, &[9.0, 1.0, 8.0, 1.5, 1.0, 9.0, 1.5, 8.0, 5.0, 20.0]),
        embeddings(3, &[0.1, 0.0, 0.2, 0.1, 0.1, 0.2, 0.3, 0.1, 0.0, 0.3, 0.0, 0.1, 0.0, 0.5, 0.5]),
    ]
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// An image's numbers less their mean over the images.
fn centred(of: &Features, image: usize) -> Vec<f64> {
    let mean = |unit: usize| of.rows().map(|row| f64::from(row[unit])).sum::<f64>() / of.count() as f64;
    of.row(image).iter().enumerate().map(|(unit, number)| f64::from(*number) - mean(unit)).collect()
}

#[test]
fn images_are_as_near_as_all_encoders_say_on_average() {
    let of = two_encoders();
    let together = side_by_side(&of);
    assert_eq!((together.width, together.count()), (5, 5));
    let row = |image: usize| -> Vec<f64> { together.row(image).iter().copied().map(f64::from).collect() };
    for (a, b) in [(0, 1), (0, 2), (3, 4)] {
        let of_encoder = |of: &Features| cosine(&centred(of, a), &centred(of, b));
        let expected = of.iter().map(of_encoder).sum::<f64>() / 2.0;
        let found: f64 = row(a).iter().zip(row(b)).map(|(a, b)| a * b).sum();
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn an_image_that_is_like_the_mean_is_near_to_nothing() {
    let of = embeddings(2, &[1.0, 3.0, 3.0, 1.0, 2.0, 2.0]);
    assert_eq!(directions(&of).row(2), [0.0, 0.0]);
}

#[test]
fn shares_are_a_softmax_of_cosines_and_their_mean_has_the_entropy() {
    let of = two_encoders();
    // As many clusters as images: each is one image, in some order.
    let config = TrainConfig { clusters: 5, ..config() };
    let clusters = Clusters::new(&of, &config, &replicas(1)).unwrap().unwrap();
    let together = side_by_side(&of);
    let row = |image: usize| -> Vec<f64> { together.row(image).iter().copied().map(f64::from).collect() };
    let expected = |image: usize| -> Vec<f64> {
        let scores: Vec<f64> = (0..5).map(|other| (cosine(&row(image), &row(other)) / 0.2).exp()).collect();
        let sum: f64 = scores.iter().sum();
        let mut shares: Vec<f64> = scores.iter().map(|score| score / sum).collect();
        shares.sort_by(f64::total_cmp);
        shares
    };
    let Belonging { shares, entropy } = clusters.of(&[4, 0, 0, 2], 0);
    let shares = to_vec(&shares);
    for (found, image) in shares.chunks_exact(5).zip([4, 0, 0, 2]) {
        let mut sorted = found.to_vec();
        sorted.sort_by(f32::total_cmp);
        sorted.iter().zip(expected(image)).for_each(|(a, b)| assert!((f64::from(*a) - b).abs() < 1e-5, "{a} {b}"));
    }
    assert_eq!(shares[5..10], shares[10..15]);

    let all = to_vec(&clusters.of(&[0, 1, 2, 3, 4], 0).shares);
    let mean = |cluster: usize| all.iter().skip(cluster).step_by(5).map(|share| f64::from(*share)).sum::<f64>() / 5.0;
    let expected: f64 = (0..5).map(|cluster| -mean(cluster) * mean(cluster).ln()).sum();
    assert!((entropy - expected).abs() < 1e-5 && entropy < 5_f64.ln(), "{entropy} {expected}");
}

#[test]
fn every_shard_has_the_same_clusters_and_another_seed_others() {
    let of = two_encoders();
    let clusters = Clusters::new(&of, &config(), &replicas(2)).unwrap().unwrap();
    let of_shard = |shard| to_vec(&clusters.of(&[1, 3], shard).shares);
    assert_eq!(of_shard(0), of_shard(1));
    let again = Clusters::new(&of, &config(), &replicas(1)).unwrap().unwrap();
    assert_eq!(to_vec(&again.of(&[1, 3], 0).shares), of_shard(0));
    let others = (1..9).filter(|seed| {
        let other = Clusters::new(&of, &TrainConfig { seed: *seed, ..config() }, &replicas(1)).unwrap().unwrap();
        to_vec(&other.of(&[1, 3], 0).shares) != of_shard(0)
    });
    assert!(others.count() > 0);
}

#[test]
fn more_clusters_than_images_are_refused_and_no_files_are_no_clusters() {
    let config = TrainConfig { clusters: 6, ..config() };
    let error = Clusters::new(&two_encoders(), &config, &replicas(1)).unwrap_err().to_string();
    assert_eq!(error, "clusters = 6: there are 5 images to learn from; make it smaller");
    assert!(Clusters::new(&[], &config, &replicas(1)).unwrap().is_none());
}
