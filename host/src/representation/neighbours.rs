//! Which images an embedding holds to be alike.

use rayon::prelude::*;

use super::features::Features;

/// The `count` rows nearest to row `query` by the sum of absolute differences (L1, as in the paper's figure), nearest
/// first, without itself; of equally near rows the first.
pub fn nearest(features: &Features, query: usize, count: usize) -> Vec<usize> {
    let row = features.row(query);
    let distance = |other: &[f32]| row.iter().zip(other).map(|(a, b)| (a - b).abs()).sum::<f32>();
    let distances: Vec<f32> = features.values.par_chunks_exact(features.width).map(distance).collect();
    let mut order: Vec<usize> = (0..distances.len()).filter(|index| *index != query).collect();
    order.sort_by(|a, b| distances[*a].total_cmp(&distances[*b]));
    order.truncate(count);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_absolute_differences_decides() {
        // From the origin: 2 by L1 and 1.4 by L2; 1.9 and 1.9; 1.5 and 1.5; 1.5 again.
        let features = Features { width: 2, values: vec![0.0, 0.0, 1.0, 1.0, 0.0, 1.9, -1.5, 0.0, 0.0, 1.5] };
        assert_eq!(nearest(&features, 0, 10), [3, 4, 2, 1]);
        assert_eq!(nearest(&features, 0, 2), [3, 4]);
        assert_eq!(nearest(&features, 1, 2), [4, 2]);
    }
}
