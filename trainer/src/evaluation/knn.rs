//! k-nearest-neighbour classification of frozen features.

use std::cmp::Ordering;

use burn::tensor::Device;
use dim_host::representation::{Features, Labelled};

use super::rows;
use crate::fused::product;

/// Neighbours that vote.
pub const NEIGHBOURS: usize = 10;
/// Training and test rows whose similarities are held at a time: what this needs beside the features stays below half a
/// gigabyte for the widest maps.
const AT_A_TIME: [usize; 2] = [8192, 500];

/// Share, 0 to 1, of the rows that have the same class in both.
pub fn share_of_equal(classes: &[u8], others: &[u8]) -> f64 {
    classes.iter().zip(others).filter(|(class, other)| class == other).count() as f64 / others.len() as f64
}

/// The class of each row: that of the majority among the [`NEIGHBOURS`] training rows of largest cosine similarity; a tie
/// goes to the class with the nearest neighbour.
pub fn knn_classes(train: Labelled<'_>, test: &Features, device: &Device) -> Vec<u8> {
    let nearest = nearest(train.features, test, AT_A_TIME, device);
    nearest.iter().map(|neighbours| vote(neighbours, train.labels)).collect()
}

/// A training row and its similarity.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Neighbour {
    similarity: f32,
    row: usize,
}

impl Neighbour {
    /// The most similar first, and of equals the first.
    fn order(a: &Self, b: &Self) -> Ordering {
        b.similarity.total_cmp(&a.similarity).then(a.row.cmp(&b.row))
    }
}

/// The [`NEIGHBOURS`] of each test row, the nearest first.
fn nearest(train: &Features, test: &Features, at_a_time: [usize; 2], device: &Device) -> Vec<Vec<Neighbour>> {
    let mut nearest = vec![Vec::new(); test.count()];
    for known in rows::ranges(train.count(), at_a_time[0]) {
        let of_known = rows::of_length_one(train, known.clone(), device).transpose();
        for asked in rows::ranges(test.count(), at_a_time[1]) {
            let similarities = product(rows::of_length_one(test, asked.clone(), device), of_known.clone());
            let similarities: Vec<f32> = super::to_vec(&similarities);
            for (nearest, row) in nearest[asked].iter_mut().zip(similarities.chunks_exact(known.len())) {
                nearest.extend(
                    row.iter().zip(known.clone()).map(|(similarity, row)| Neighbour { similarity: *similarity, row }),
                );
                keep_nearest(nearest);
            }
        }
    }
    nearest
}

fn keep_nearest(neighbours: &mut Vec<Neighbour>) {
    if NEIGHBOURS < neighbours.len() {
        neighbours.select_nth_unstable_by(NEIGHBOURS, Neighbour::order);
        neighbours.truncate(NEIGHBOURS);
    }
    neighbours.sort_unstable_by(Neighbour::order);
}

fn vote(nearest: &[Neighbour], labels: &[u8]) -> u8 {
    let votes = |label: u8| nearest.iter().filter(|neighbour| labels[neighbour.row] == label).count();
    // `max_by_key` keeps the last of equals, so the walk goes from the farthest to the nearest.
    nearest.iter().rev().map(|neighbour| labels[neighbour.row]).max_by_key(|label| votes(*label)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Distribution, Tensor};

    use super::*;
    use crate::model::seed_alone;

    /// Of rows with these similarities.
    fn class(similarities: &[f32], labels: &[u8]) -> u8 {
        let mut neighbours: Vec<_> = similarities
            .iter()
            .enumerate()
            .map(|(row, similarity)| Neighbour { similarity: *similarity, row })
            .collect();
        keep_nearest(&mut neighbours);
        vote(&neighbours, labels)
    }

    #[test]
    fn the_majority_wins_and_a_tie_goes_to_the_nearest() {
        assert_eq!(class(&[0.9, 0.8, 0.7], &[1, 2, 2]), 2);
        assert_eq!(class(&[0.9, 0.8, 0.7, 0.6], &[1, 2, 2, 1]), 1);
        let mut similarity = vec![0.0; 30];
        similarity[..10].fill(1.0);
        let mut labels = vec![7; 30];
        labels[..10].fill(3);
        assert_eq!(class(&similarity, &labels), 3, "only ten neighbours vote");
    }

    #[test]
    fn neighbours_are_the_same_however_many_rows_are_looked_at_together() {
        let device = Device::flex();
        let _alone = seed_alone(&device, 0);
        let random = |count| {
            let numbers = Tensor::<2>::random([count, 5], Distribution::Normal(0.0, 1.0), &device).round();
            // Rounded, so that many are as near as others; none is zero.
            let values = (numbers + 0.25).try_to_vec_as::<f32>().unwrap();
            Features { width: 5, values }
        };
        let [train, test] = [random(300), random(40)];
        let all = nearest(&train, &test, [300, 40], &device);
        for at_a_time in [[1, 1], [7, 3], [64, 40], [299, 39]] {
            assert_eq!(nearest(&train, &test, at_a_time, &device), all, "{at_a_time:?}");
        }
        // By the definition, in 64 bits.
        let cosine = |a: &[f32], b: &[f32]| {
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
            dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
        };
        for (row, found) in test.rows().zip(&all) {
            let mut cosines: Vec<f64> = train.rows().map(|other| cosine(row, other)).collect();
            cosines.sort_by(|a, b| b.total_cmp(a));
            for (neighbour, expected) in found.iter().zip(cosines) {
                let exact = cosine(row, train.row(neighbour.row));
                assert!((exact - expected).abs() < 1e-6 && (f64::from(neighbour.similarity) - exact).abs() < 1e-6);
            }
        }
    }
}
