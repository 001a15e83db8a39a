//! Layer normalization of a sum, in one pass forward and one back.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::backend::flex::FlexTensor;
use burn::nn::LayerNorm;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::cpu::{node, tracked};
use super::kernels::widest;
use super::rows::{block_of_rows, sum_of_blocks, tensor, vector};

mod few_kernels;

/// `norm(first + second + bias)`. `epsilon` is the layer's, which burn does not tell.
///
/// # Shapes
/// `first`, `second` `[rows, width]` and the result too; `bias` `[width]`.
pub(crate) fn layer_norm_of_sum(
    norm: &LayerNorm,
    epsilon: f64,
    [first, second]: [Tensor<2>; 2],
    bias: Tensor<1>,
) -> Tensor<2> {
    let shift = norm.beta.as_ref().and_then(|shift| tracked(&shift.val()));
    let found = (tracked(&first), tracked(&second), tracked(&bias), tracked(&norm.gamma.val()), shift);
    let (Some(a), Some(b), Some(bias), Some(scale), Some(shift)) = found else {
        return match &norm.beta {
            Some(shift) if first.device().is_autodiff() => {
                few_kernels::of_sum(norm, epsilon, [first, second], [bias, shift.val()])
            }
            _ => norm.forward(first + bias.unsqueeze() + second),
        };
    };
    drop((first, second));
    let ((a, of_a), (b, of_b), (bias, of_bias)) = (a.into_parts(), b.into_parts(), bias.into_parts());
    let ((scale, of_scale), (shift, of_shift)) = (scale.into_parts(), shift.into_parts());
    let [mut normalized, mut output] = [a, b].map(|addend| addend.to_contiguous());
    let [bias, scale, shift] = [bias, scale, shift].map(|parameter| vector(&parameter));
    let inverse_deviations = forward(normalized.storage_mut(), output.storage_mut(), [&bias, &scale, &shift], epsilon);
    let parents = [of_a, of_b, of_bias, of_scale, of_shift];
    node(LayerNormalization, parents, Saved { normalized, inverse_deviations, scale }, output)
}

/// Makes of `a` the normalized sum of both, and of `b` the output; returns `1 / sqrt(variance + epsilon)` of every row.
fn forward(a: &mut [f32], b: &mut [f32], [bias, scale, shift]: [&[f32]; 3], epsilon: f64) -> Vec<f32> {
    let width = scale.len();
    let block = block_of_rows(width);
    let blocks = a.par_chunks_mut(block).zip(b.par_chunks_mut(block)).map(|(a, b)| {
        let rows = a.chunks_exact_mut(width).zip(b.chunks_exact_mut(width));
        let of_row = |(a, b): (&mut [f32], &mut [f32])| {
            a.iter_mut().zip(&*b).zip(bias).for_each(|((a, b), bias)| *a += b + bias);
            let mean = sum_of(a, |x| x) / width as f32;
            a.iter_mut().for_each(|x| *x -= mean);
            let variance = sum_of(a, |x| x * x) / width as f32;
            let inverse = (1.0 / (f64::from(variance) + epsilon).sqrt()) as f32;
            for (((a, b), scale), shift) in a.iter_mut().zip(b).zip(scale).zip(shift) {
                *a *= inverse;
                *b = *a * scale + shift;
            }
            inverse
        };
        widest(|| rows.map(of_row).collect::<Vec<_>>())
    });
    blocks.collect::<Vec<_>>().concat()
}

/// Turns the gradient at the output into that at the sum, in place; returns those at bias, scale and shift.
fn backward(saved: &Saved, gradient: &mut [f32]) -> [Vec<f32>; 3] {
    let Saved { normalized, inverse_deviations, scale } = saved;
    let width = scale.len();
    let block = block_of_rows(width);
    let blocks = gradient.par_chunks_mut(block).zip(normalized.storage::<f32>().par_chunks(block));
    let blocks = blocks.zip(inverse_deviations.par_chunks(block / width)).map(|((gradient, normalized), inverses)| {
        let mut sums = [(); 3].map(|()| vec![0.0_f32; width]);
        let [at_bias, at_scale, at_shift] = &mut sums;
        let rows = gradient.chunks_exact_mut(width).zip(normalized.chunks_exact(width)).zip(inverses);
        widest(|| {
            for ((gradient, normalized), inverse) in rows {
                let sums = at_scale.iter_mut().zip(&mut *at_shift);
                for ((((at_scale, at_shift), g), x), scale) in sums.zip(&mut *gradient).zip(normalized).zip(scale) {
                    *at_scale += *g * x;
                    *at_shift += *g;
                    *g *= scale;
                }
                let mean = sum_of(gradient, |g| g) / width as f32;
                let slope = sum_of_products(gradient, normalized) / width as f32;
                for ((g, x), at_bias) in gradient.iter_mut().zip(normalized).zip(&mut *at_bias) {
                    *g = inverse * (*g - mean - x * slope);
                    *at_bias += *g;
                }
            }
        });
        sums
    });
    let blocks: Vec<[Vec<f32>; 3]> = blocks.collect();
    let of = |which: usize| {
        let blocks: Vec<Vec<f32>> = blocks.iter().map(|sums| sums[which].clone()).collect();
        sum_of_blocks(&blocks).iter().map(|sum| *sum as f32).collect()
    };
    [of(0), of(1), of(2)]
}

/// Sums that are taken beside one another, so that a processor's vectors hold them.
const LANES: usize = 16;

#[inline(always)]
fn sum_of(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let groups = row.chunks_exact(LANES);
    let rest: f32 = groups.remainder().iter().map(|x| term(*x)).sum();
    for group in groups {
        lanes.iter_mut().zip(group).for_each(|(sum, x)| *sum += term(*x));
    }
    lanes.iter().sum::<f32>() + rest
}

#[inline(always)]
fn sum_of_products(first: &[f32], second: &[f32]) -> f32 {
    let mut lanes = [0.0; LANES];
    let groups = first.chunks_exact(LANES).zip(second.chunks_exact(LANES));
    let whole = first.len() / LANES * LANES;
    let rest: f32 = first[whole..].iter().zip(&second[whole..]).map(|(a, b)| a * b).sum();
    for (a, b) in groups {
        lanes.iter_mut().zip(a).zip(b).for_each(|((sum, a), b)| *sum += a * b);
    }
    lanes.iter().sum::<f32>() + rest
}

#[derive(Debug, Clone)]
struct Saved {
    normalized: FlexTensor,
    /// Of every row.
    inverse_deviations: Vec<f32>,
    scale: Vec<f32>,
}

#[derive(Debug)]
struct LayerNormalization;

impl Backward<Flex, 5> for LayerNormalization {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 5>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let mut gradient = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let [at_bias, at_scale, at_shift] = backward(&ops.state, gradient.storage_mut());
        let width = at_bias.len();
        let vectors = [at_bias, at_scale, at_shift].map(|values| tensor(values, [width]));
        let found = [gradient.clone(), gradient].into_iter().chain(vectors);
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let Some(parent) = parent {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

#[cfg(test)]
mod tests;
