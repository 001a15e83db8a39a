//! `E[ln(1 + e^(L - T))]` over pairs of an image, with `L` the logarithm of the sum of `e^T` over the embedding's pairs with
//! cells of other images.

use rayon::prelude::*;

use super::layout::Layout;
use crate::fused::exponential::{exp, ln, softplus};
use crate::fused::kernels::widest;
use crate::fused::lanes::{Channels, each_group, of, of_mut};

/// The loss and its gradient at the scores, `[cells of all images, embeddings]` both.
pub(super) fn info_nce(layout: Layout, scores: &[f32]) -> (f32, Vec<f32>) {
    let [positives, _] = layout.pairs();
    let others = log_sums(layout, scores);
    // The gradient of an embedding's L is the sum of what its positive pairs give.
    let mut at_others = vec![0.0_f32; layout.embeddings];
    let mut loss = 0.0_f64;
    let mut gradient = vec![0.0; scores.len()];
    for (image, (gradient, scores)) in
        gradient.chunks_mut(layout.image()).zip(scores.chunks(layout.image())).enumerate()
    {
        let cells = scores.chunks_exact(layout.embeddings).zip(gradient.chunks_exact_mut(layout.embeddings));
        for (scores, gradient) in cells {
            for own in layout.own(image) {
                let (value, slope) = softplus(others[own] - scores[own]);
                loss += f64::from(value);
                gradient[own] = -slope / positives as f32;
                at_others[own] += slope / positives as f32;
            }
        }
    }
    let images = gradient.par_chunks_mut(layout.image()).zip(scores.par_chunks(layout.image())).enumerate();
    images.for_each(|(image, (gradient, scores))| {
        let mut work = AtNegatives { layout, image, others: &others, at_others: &at_others, scores, gradient };
        widest(|| each_group(layout.embeddings, &mut work));
    });
    ((loss / positives) as f32, gradient)
}

/// L of every embedding.
fn log_sums(layout: Layout, scores: &[f32]) -> Vec<f32> {
    let images = scores.par_chunks(layout.image()).enumerate().map(|(image, scores)| {
        let mut work = Negatives { layout, image, scores, sums: [(); 2].map(|()| vec![0.0; layout.embeddings]) };
        widest(|| each_group(layout.embeddings, &mut work));
        work.sums
    });
    let images: Vec<[Vec<f32>; 2]> = images.collect();
    let of_embedding = |embedding: usize| {
        let largest = images.iter().map(|[largest, _]| largest[embedding]).fold(f32::NEG_INFINITY, f32::max);
        let sum = images.iter().map(|[of_image, sum]| {
            f64::from(sum[embedding]) * (f64::from(of_image[embedding]) - f64::from(largest)).exp()
        });
        largest + ln(sum.sum())
    };
    (0..layout.embeddings).map(of_embedding).collect()
}

/// The largest score with a cell of an image, and the sum of all `e^(T - largest)`; nothing of the image's own.
struct Negatives<'a> {
    layout: Layout,
    image: usize,
    scores: &'a [f32],
    sums: [Vec<f32>; 2],
}

impl Channels for Negatives<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let rows = || self.scores.chunks_exact(self.layout.embeddings).map(|row| of::<L, f32>(row, first));
        let mut largest = [f32::NEG_INFINITY; L];
        for row in rows() {
            largest
                .iter_mut()
                .zip(&row)
                .for_each(|(largest, score)| *largest = if *score > *largest { *score } else { *largest });
        }
        let mut sum = [0.0_f32; L];
        for row in rows() {
            (0..L).for_each(|lane| sum[lane] += exp(row[lane] - largest[lane]));
        }
        for lane in 0..L {
            if (first + lane) % self.layout.batch == self.image {
                (largest[lane], sum[lane]) = (f32::NEG_INFINITY, 0.0);
            }
        }
        let [largest_of, sum_of] = &mut self.sums;
        *of_mut(largest_of, first) = largest;
        *of_mut(sum_of, first) = sum;
    }
}

/// `e^(T - L)` times L's gradient for the cells of an image; its own have theirs.
struct AtNegatives<'a> {
    layout: Layout,
    image: usize,
    others: &'a [f32],
    at_others: &'a [f32],
    scores: &'a [f32],
    gradient: &'a mut [f32],
}

impl Channels for AtNegatives<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let [others, at_others] = [self.others, self.at_others].map(|of_all| of::<L, f32>(of_all, first));
        let is_negative: [bool; L] = std::array::from_fn(|lane| (first + lane) % self.layout.batch != self.image);
        let width = self.layout.embeddings;
        for (scores, gradient) in self.scores.chunks_exact(width).zip(self.gradient.chunks_exact_mut(width)) {
            let (scores, gradient) = (of::<L, f32>(scores, first), of_mut::<L, f32>(gradient, first));
            for lane in 0..L {
                let found = exp(scores[lane] - others[lane]) * at_others[lane];
                gradient[lane] = if is_negative[lane] { found } else { gradient[lane] };
            }
        }
    }
}
