//! `E[sp(-T) - ln 2]` over pairs of an image plus `E[sp(T) - ln 2]` over all others, `sp(x) = ln(1 + e^x)`.

use std::f64::consts::LN_2;

use rayon::prelude::*;

use super::layout::Layout;
use crate::fused::exponential::softplus;
use crate::fused::kernels::widest;
use crate::fused::lanes::LANES;

/// The loss and its gradient at the scores, `[cells of all images, embeddings]` both.
pub(super) fn jensen_shannon(layout: Layout, scores: &[f32]) -> (f32, Vec<f32>) {
    let [positives, negatives] = layout.pairs();
    let weights = [positives, negatives].map(|pairs| (1.0 / pairs) as f32);
    let mut gradient = vec![0.0; scores.len()];
    let images = gradient.par_chunks_mut(layout.image()).zip(scores.par_chunks(layout.image())).enumerate();
    let sums = images.map(|(image, (gradient, scores))| widest(|| of_image(layout, image, weights, scores, gradient)));
    let sums: Vec<[f64; 2]> = sums.collect();
    let [positive, negative] = [0, 1].map(|kind| sums.iter().map(|sums| sums[kind]).sum::<f64>());
    ((positive / positives - LN_2 + negative / negatives - LN_2) as f32, gradient)
}

/// Sums over the pairs of either kind with the cells of an image.
#[inline(always)]
fn of_image(
    layout: Layout,
    image: usize,
    [positive, negative]: [f32; 2],
    scores: &[f32],
    gradient: &mut [f32],
) -> [f64; 2] {
    let mut sums = [0.0_f64; 2];
    let rows = scores.chunks_exact(layout.embeddings).zip(gradient.chunks_exact_mut(layout.embeddings));
    for (scores, gradient) in rows {
        // All as if they were negative.
        let mut values = 0.0_f64;
        for (scores, gradient) in scores.chunks(LANES).zip(gradient.chunks_mut(LANES)) {
            let mut found = [0.0_f32; LANES];
            for ((score, gradient), found) in scores.iter().zip(gradient).zip(&mut found) {
                let (value, slope) = softplus(*score);
                *found = value;
                *gradient = slope * negative;
            }
            values += f64::from(found.iter().sum::<f32>());
        }
        for own in layout.own(image) {
            let (as_negative, _) = softplus(scores[own]);
            let (value, slope) = softplus(-scores[own]);
            values -= f64::from(as_negative);
            sums[0] += f64::from(value);
            gradient[own] = -slope * positive;
        }
        sums[1] += values;
    }
    sums
}
