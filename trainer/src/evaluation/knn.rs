//! k-nearest-neighbour classification of frozen features.

use burn::tensor::Device;
use dim_host::representation::{Features, Labelled};

use super::rows;
use crate::fused::product;

/// Neighbours that vote.
pub const NEIGHBOURS: usize = 10;
/// Test rows whose similarities are held at a time.
const CHUNK: usize = 500;

/// Share, 0 to 1, of the rows that have the same class in both.
pub fn share_of_equal(classes: &[u8], others: &[u8]) -> f64 {
    classes.iter().zip(others).filter(|(class, other)| class == other).count() as f64 / others.len() as f64
}

/// The class of each row: that of the majority among the [`NEIGHBOURS`] training rows of largest cosine similarity; a tie
/// goes to the class with the nearest neighbour.
pub fn knn_classes(train: Labelled<'_>, test: &Features, device: &Device) -> Vec<u8> {
    let [train_rows, test_rows] = [train.features, test].map(|features| features.clone().normalized());
    let train_tensor = rows::tensor(&train_rows, 0..train_rows.count(), device).transpose();
    let mut classes = Vec::with_capacity(test_rows.count());
    for start in (0..test_rows.count()).step_by(CHUNK) {
        let range = start..test_rows.count().min(start + CHUNK);
        let similarity = product(rows::tensor(&test_rows, range, device), train_tensor.clone());
        let similarity: Vec<f32> = super::to_vec(&similarity);
        classes.extend(similarity.chunks_exact(train.labels.len()).map(|row| vote(row, train.labels)));
    }
    classes
}

fn vote(similarity: &[f32], labels: &[u8]) -> u8 {
    let mut order: Vec<usize> = (0..similarity.len()).collect();
    let by_similarity = |a: &usize, b: &usize| similarity[*b].total_cmp(&similarity[*a]).then(a.cmp(b));
    let neighbours = NEIGHBOURS.min(order.len());
    if neighbours < order.len() {
        order.select_nth_unstable_by(neighbours, by_similarity);
    }
    let nearest = &mut order[..neighbours];
    nearest.sort_unstable_by(by_similarity);
    let votes = |label: u8| nearest.iter().filter(|index| labels[**index] == label).count();
    // `max_by_key` keeps the last of equals, so the walk goes from the farthest to the nearest.
    nearest.iter().rev().map(|index| labels[*index]).max_by_key(|label| votes(*label)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_majority_wins_and_a_tie_goes_to_the_nearest() {
        assert_eq!(vote(&[0.9, 0.8, 0.7], &[1, 2, 2]), 2);
        assert_eq!(vote(&[0.9, 0.8, 0.7, 0.6], &[1, 2, 2, 1]), 1);
        let mut similarity = vec![0.0; 30];
        similarity[..10].fill(1.0);
        let mut labels = vec![7; 30];
        labels[..10].fill(3);
        assert_eq!(vote(&similarity, &labels), 3, "only ten neighbours vote");
    }
}
