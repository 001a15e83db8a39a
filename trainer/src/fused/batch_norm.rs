//! Batch normalization with the ReLU after it: two passes forward, two back.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::nn::BatchNorm;
use burn::tensor::activation::relu;
use burn::tensor::{Shape, Tensor, TensorData};
use rayon::prelude::*;

use super::cpu::{Cpu, tracked};
use super::rows::{block_of_rows, channels_last, channels_second, sum_of_blocks, tensor, vector};

/// `relu(norm(input))`, or `norm(input)` where it is not `rectified`.
///
/// # Shapes
/// `input` `[batch, channels, ..]` and the result too.
pub(crate) fn batch_norm<const D: usize>(norm: &BatchNorm, input: Tensor<D>, rectified: bool) -> Tensor<D> {
    let [scale, shift] = [&norm.gamma, &norm.beta].map(|parameter| tracked(&parameter.val()));
    let (Some(x), Some(scale), Some(shift), true) = (tracked(&input), scale, shift, norm.training.is_enabled()) else {
        let output = norm.forward(input);
        return if rectified { relu(output) } else { output };
    };
    drop(input);
    let ((x, of_x), (scale, of_scale), (shift, of_shift)) = (x.into_parts(), scale.into_parts(), shift.into_parts());
    let shape = x.layout().shape().clone();
    let rows = channels_last(x);
    let Moments { mean, variance, .. } = Moments::of_all(rows.storage(), shape[1]);
    let deviation = |variance: &f64| (1.0 / (variance + norm.epsilon).sqrt()) as f32;
    let normalization = Normalization {
        mean: mean.iter().map(|mean| *mean as f32).collect(),
        inverse_deviation: variance.iter().map(deviation).collect(),
        scale: vector(&scale),
        shift: vector(&shift),
        rectified,
    };
    keep_running(norm, normalization.mean.clone(), variance.iter().map(|variance| *variance as f32).collect());
    let output = channels_second(&tensor(normalization.forward(rows.storage()), rows.layout().shape().clone()), &shape);
    let output =
        match BatchNormalization.prepare::<NoCheckpointing>([of_x, of_scale, of_shift]).compute_bound().stateful() {
            OpsKind::Tracked(ready) => ready.finish(Saved { rows, shape, normalization }, output),
            OpsKind::UnTracked(ready) => ready.finish(output),
        };
    Tensor::from_primitive::<Cpu>(output)
}

/// As burn's layer does: the mean of the past, weighted anew.
fn keep_running(norm: &BatchNorm, mean: Vec<f32>, variance: Vec<f32>) {
    let device = norm.gamma.device();
    for (running, values) in [(&norm.running_mean, mean), (&norm.running_var, variance)] {
        let count = values.len();
        let new = Tensor::<1>::from_data(TensorData::new(values, [count]), &device);
        let old = running.value_sync().to_device(&device);
        running.update((old * (1.0 - norm.momentum) + new * norm.momentum).detach());
    }
}

/// Mean and biased variance of every channel.
struct Moments {
    rows: f64,
    mean: Vec<f64>,
    variance: Vec<f64>,
}

impl Moments {
    fn of_all(rows: &[f32], channels: usize) -> Self {
        let blocks = rows.par_chunks(block_of_rows(channels)).map(|block| Self::of_block(block, channels));
        let blocks: Vec<Self> = blocks.collect();
        let nothing = Self { rows: 0.0, mean: vec![0.0; channels], variance: vec![0.0; channels] };
        blocks.into_iter().fold(nothing, Self::joined)
    }

    /// Twice over the block: the second time about a mean that is right but for its rounding, which is then made good
    /// (the corrected two-pass algorithm, Chan et al. 1983).
    fn of_block(block: &[f32], channels: usize) -> Self {
        let count = (block.len() / channels) as f32;
        let mut about = vec![0.0_f32; channels];
        for row in block.chunks_exact(channels) {
            about.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        about.iter_mut().for_each(|sum| *sum /= count);
        let [mut sum, mut square] = [vec![0.0_f32; channels], vec![0.0_f32; channels]];
        for row in block.chunks_exact(channels) {
            for (((sum, square), about), x) in sum.iter_mut().zip(&mut square).zip(&about).zip(row) {
                let difference = x - about;
                *sum += difference;
                *square += difference * difference;
            }
        }
        let rows = f64::from(count);
        let correction: Vec<f64> = sum.iter().map(|sum| f64::from(*sum) / rows).collect();
        let mean = about.iter().zip(&correction).map(|(about, correction)| f64::from(*about) + correction);
        let variance = square.iter().zip(&correction).map(|(square, by)| f64::from(*square) / rows - by * by);
        Self { rows, mean: mean.collect(), variance: variance.collect() }
    }

    /// Of both together (Chan et al. 1983).
    fn joined(mut self, other: Self) -> Self {
        let rows = self.rows + other.rows;
        let share = other.rows / rows;
        let both = self.mean.iter_mut().zip(&mut self.variance).zip(other.mean.iter().zip(&other.variance));
        for ((mean, variance), (other_mean, other_variance)) in both {
            let difference = other_mean - *mean;
            *variance += (other_variance - *variance) * share + difference * difference * share * (1.0 - share);
            *mean += difference * share;
        }
        Self { rows, ..self }
    }
}

/// `y = (x - mean) * inverse_deviation * scale + shift` for every channel, and `max(y, 0)` where it is rectified.
#[derive(Debug, Clone)]
struct Normalization {
    mean: Vec<f32>,
    inverse_deviation: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    rectified: bool,
}

impl Normalization {
    fn factors(&self) -> Vec<f32> {
        self.scale.iter().zip(&self.inverse_deviation).map(|(scale, inverse)| scale * inverse).collect()
    }

    fn forward(&self, rows: &[f32]) -> Vec<f32> {
        let Self { mean, shift, .. } = self;
        let (channels, factors) = (mean.len(), self.factors());
        // Below the least that is let through nothing is, and what is not a number stays none.
        let least = if self.rectified { 0.0 } else { f32::NEG_INFINITY };
        let mut output = vec![0.0; rows.len()];
        let block = block_of_rows(channels);
        output.par_chunks_mut(block).zip(rows.par_chunks(block)).for_each(|(output, rows)| {
            for (output, row) in output.chunks_exact_mut(channels).zip(rows.chunks_exact(channels)) {
                for ((((y, x), mean), factor), shift) in output.iter_mut().zip(row).zip(mean).zip(&factors).zip(shift) {
                    let value = (x - mean) * factor + shift;
                    *y = if value < least { least } else { value };
                }
            }
        });
        output
    }

    /// Turns the gradient at the output into that at the input, in place; returns those at scale and shift.
    fn backward(&self, rows: &[f32], gradient: &mut [f32]) -> [Vec<f32>; 2] {
        let Self { mean, shift, inverse_deviation, rectified, .. } = self;
        let (channels, factors) = (mean.len(), self.factors());
        let block = block_of_rows(channels);
        let count = (rows.len() / channels) as f64;
        let sums = gradient.par_chunks_mut(block).zip(rows.par_chunks(block)).map(|(gradient, rows)| {
            let [mut sum, mut product] = [vec![0.0_f32; channels], vec![0.0_f32; channels]];
            for (gradient, row) in gradient.chunks_exact_mut(channels).zip(rows.chunks_exact(channels)) {
                if *rectified {
                    for ((((g, x), mean), factor), shift) in
                        gradient.iter_mut().zip(row).zip(mean).zip(&factors).zip(shift)
                    {
                        *g = if (x - mean) * factor + shift <= 0.0 { 0.0 } else { *g };
                    }
                }
                for ((((sum, product), g), x), mean) in
                    sum.iter_mut().zip(&mut product).zip(&*gradient).zip(row).zip(mean)
                {
                    *sum += g;
                    *product += g * (x - mean);
                }
            }
            (sum, product)
        });
        let (sums, products): (Vec<_>, Vec<_>) = sums.unzip();
        let [sum, product] = [sums, products].map(|blocks| sum_of_blocks(&blocks));
        let mean_gradient: Vec<f32> = sum.iter().map(|sum| (sum / count) as f32).collect();
        let slope = |(product, inverse): (&f64, &f32)| (product / count * f64::from(*inverse).powi(2)) as f32;
        let slope: Vec<f32> = product.iter().zip(inverse_deviation).map(slope).collect();
        gradient.par_chunks_mut(block).zip(rows.par_chunks(block)).for_each(|(gradient, rows)| {
            for (gradient, row) in gradient.chunks_exact_mut(channels).zip(rows.chunks_exact(channels)) {
                let channels = mean.iter().zip(&factors).zip(mean_gradient.iter().zip(&slope));
                for ((g, x), ((mean, factor), (mean_gradient, slope))) in gradient.iter_mut().zip(row).zip(channels) {
                    *g = factor * (*g - mean_gradient - (x - mean) * slope);
                }
            }
        });
        let normalized = product.iter().zip(inverse_deviation).map(|(product, inverse)| product * f64::from(*inverse));
        [normalized.map(|sum| sum as f32).collect(), sum.iter().map(|sum| *sum as f32).collect()]
    }
}

#[derive(Debug, Clone)]
struct Saved {
    /// The input, channels last.
    rows: FlexTensor,
    shape: Shape,
    normalization: Normalization,
}

#[derive(Debug)]
struct BatchNormalization;

impl Backward<Flex, 3> for BatchNormalization {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Saved { rows, shape, normalization } = ops.state;
        let mut gradient = channels_last(gradients.consume::<Flex>(&ops.node));
        let [at_scale, at_shift] = normalization.backward(rows.storage(), gradient.storage_mut());
        let channels = at_scale.len();
        let found = [channels_second(&gradient, &shape), tensor(at_scale, [channels]), tensor(at_shift, [channels])];
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let Some(parent) = parent {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

#[cfg(test)]
mod tests;
