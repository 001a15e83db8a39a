//! The normalization itself, and its gradient.

use rayon::prelude::*;

use crate::fused::kernels::{in_blocks, widest};
use crate::fused::lanes::{Channels, each_group, of, of_mut};
use crate::fused::rows::{block_of_rows, sum_of_blocks};

/// `y = (x - mean) * inverse_deviation * scale + shift` for every channel, and `max(y, 0)` where it is rectified.
#[derive(Debug, Clone)]
pub(super) struct Normalization {
    pub(super) mean: Vec<f32>,
    pub(super) inverse_deviation: Vec<f32>,
    pub(super) scale: Vec<f32>,
    pub(super) shift: Vec<f32>,
    pub(super) rectified: bool,
}

impl Normalization {
    fn factors(&self) -> Vec<f32> {
        self.scale.iter().zip(&self.inverse_deviation).map(|(scale, inverse)| scale * inverse).collect()
    }

    /// # Shapes
    /// `rows` `[rows, channels]` and the result too.
    pub(super) fn forward(&self, rows: &[f32]) -> Vec<f32> {
        let (channels, factors) = (self.mean.len(), self.factors());
        let block = block_of_rows(channels);
        in_blocks(rows.len(), block, |index, output, _| {
            let rows = &rows[index * block..];
            let mut work = Forward { normalization: self, factors: &factors, rows, output };
            widest(|| each_group(channels, &mut work));
        })
    }

    /// Turns the gradient at the output into that at the input, in place; returns those at scale and shift.
    ///
    /// # Shapes
    /// `rows`, `gradient` `[rows, channels]`; the results `[channels]`.
    pub(super) fn backward(&self, rows: &[f32], gradient: &mut [f32]) -> [Vec<f32>; 2] {
        let (channels, factors) = (self.mean.len(), self.factors());
        let block = block_of_rows(channels);
        let sums = gradient.par_chunks(block).zip(rows.par_chunks(block)).map(|(gradient, rows)| {
            let sums = [(); 2].map(|()| vec![0.0; channels]);
            let mut work = Sums { normalization: self, factors: &factors, rows, gradient, sums };
            widest(|| each_group(channels, &mut work));
            let [sum, product] = work.sums;
            (sum, product)
        });
        let (sums, products): (Vec<_>, Vec<_>) = sums.unzip();
        let [sum, product] = [sums, products].map(|blocks| sum_of_blocks(&blocks));
        let count = (rows.len() / channels) as f64;
        let mean_gradient: Vec<f32> = sum.iter().map(|sum| (sum / count) as f32).collect();
        let slope = |(product, inverse): (&f64, &f32)| (product / count * f64::from(*inverse).powi(2)) as f32;
        let slope: Vec<f32> = product.iter().zip(&self.inverse_deviation).map(slope).collect();
        gradient.par_chunks_mut(block).zip(rows.par_chunks(block)).for_each(|(gradient, rows)| {
            let constants = [&mean_gradient[..], &slope];
            let mut work = Backward { normalization: self, factors: &factors, constants, rows, gradient };
            widest(|| each_group(channels, &mut work));
        });
        let of_product = product.iter().zip(&self.inverse_deviation);
        let normalized = of_product.map(|(product, inverse)| (product * f64::from(*inverse)) as f32);
        [normalized.collect(), sum.iter().map(|sum| *sum as f32).collect()]
    }

    /// Mean and shift of some channels, and the least output that is let through: what is not a number stays none.
    #[inline(always)]
    fn of<const L: usize>(&self, first: usize) -> ([f32; L], [f32; L], f32) {
        let least = if self.rectified { 0.0 } else { f32::NEG_INFINITY };
        (of(&self.mean, first), of(&self.shift, first), least)
    }
}

struct Forward<'a> {
    normalization: &'a Normalization,
    factors: &'a [f32],
    rows: &'a [f32],
    output: &'a mut [f32],
}

impl Channels for Forward<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let channels = self.factors.len();
        let (mean, shift, least) = self.normalization.of::<L>(first);
        let factors = of::<L, f32>(self.factors, first);
        for (output, row) in self.output.chunks_exact_mut(channels).zip(self.rows.chunks_exact(channels)) {
            let (output, row) = (of_mut::<L, f32>(output, first), of::<L, f32>(row, first));
            for lane in 0..L {
                let value = (row[lane] - mean[lane]) * factors[lane] + shift[lane];
                output[lane] = if value < least { least } else { value };
            }
        }
    }
}

/// What reaches the normalization of a gradient behind the ReLU.
#[inline(always)]
fn passed(gradient: f32, value: f32, rectified: bool) -> f32 {
    if rectified && value <= 0.0 { 0.0 } else { gradient }
}

/// Of every channel, the sum of the gradient, and of the gradient times the distance from the mean.
struct Sums<'a> {
    normalization: &'a Normalization,
    factors: &'a [f32],
    rows: &'a [f32],
    gradient: &'a [f32],
    sums: [Vec<f32>; 2],
}

impl Channels for Sums<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let channels = self.factors.len();
        let (mean, shift, _) = self.normalization.of::<L>(first);
        let (factors, rectified) = (of::<L, f32>(self.factors, first), self.normalization.rectified);
        let [mut sum, mut product] = [[0.0_f32; L]; 2];
        for (gradient, row) in self.gradient.chunks_exact(channels).zip(self.rows.chunks_exact(channels)) {
            let (gradient, row) = (of::<L, f32>(gradient, first), of::<L, f32>(row, first));
            for lane in 0..L {
                let distance = row[lane] - mean[lane];
                let gradient = passed(gradient[lane], distance * factors[lane] + shift[lane], rectified);
                sum[lane] += gradient;
                product[lane] += gradient * distance;
            }
        }
        let [sums, products] = &mut self.sums;
        *of_mut(sums, first) = sum;
        *of_mut(products, first) = product;
    }
}

/// The gradient at the input, in the place of that at the output.
struct Backward<'a> {
    normalization: &'a Normalization,
    factors: &'a [f32],
    /// Mean of the gradient, and how it grows with the distance from the mean.
    constants: [&'a [f32]; 2],
    rows: &'a [f32],
    gradient: &'a mut [f32],
}

impl Channels for Backward<'_> {
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let channels = self.factors.len();
        let (mean, shift, _) = self.normalization.of::<L>(first);
        let (factors, rectified) = (of::<L, f32>(self.factors, first), self.normalization.rectified);
        let [mean_gradient, slope] = self.constants.map(|constants| of::<L, f32>(constants, first));
        for (gradient, row) in self.gradient.chunks_exact_mut(channels).zip(self.rows.chunks_exact(channels)) {
            let (gradient, row) = (of_mut::<L, f32>(gradient, first), of::<L, f32>(row, first));
            for lane in 0..L {
                let distance = row[lane] - mean[lane];
                let passed = passed(gradient[lane], distance * factors[lane] + shift[lane], rectified);
                gradient[lane] = factors[lane] * (passed - mean_gradient[lane] - distance * slope[lane]);
            }
        }
    }
}
