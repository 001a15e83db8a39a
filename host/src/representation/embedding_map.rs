//! A map of embeddings on a plane: Barnes-Hut t-SNE.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::features::Features;

const ITERATIONS: usize = 500;
const PERPLEXITY: f32 = 30.0;
const THETA: f32 = 0.5;

/// A point of the plane for each row; the same points for the same rows and seed.
pub fn embedding_map(features: &Features, seed: u64) -> Vec<[f32; 2]> {
    let rows: Vec<&[f32]> = features.rows().collect();
    let distance = |a: &&[f32], b: &&[f32]| a.iter().zip(*b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
    let mut random = StdRng::seed_from_u64(seed);
    let start: Vec<f32> = (0..rows.len() * 2).map(|_| random.random_range(-1e-4..1e-4)).collect();
    let perplexity = PERPLEXITY.min((rows.len() as f32 - 1.0) / 4.0);
    let points = bhtsne::tSNE::<f32, &[f32], 2>::new(&rows)
        .perplexity(perplexity)
        .epochs(ITERATIONS)
        .initial_embedding(start)
        .barnes_hut(THETA, distance)
        .embedding();
    points.as_chunks::<2>().0.to_vec()
}
