//! Mean and variance of every channel.

use rayon::prelude::*;

use crate::fused::kernels::widest;
use crate::fused::lanes::{Channels, each_group, of, of_mut};
use crate::fused::rows::block_of_rows;

/// Mean and biased variance of every channel.
pub(super) struct Moments {
    rows: f64,
    pub(super) mean: Vec<f64>,
    pub(super) variance: Vec<f64>,
}

impl Moments {
    pub(super) fn of_all(rows: &[f32], channels: usize) -> Self {
        let blocks = rows.par_chunks(block_of_rows(channels)).map(|block| Self::of_block(block, channels));
        let blocks: Vec<Self> = blocks.collect();
        blocks.into_iter().fold(Self::of_nothing(channels), Self::joined)
    }

    fn of_nothing(channels: usize) -> Self {
        Self { rows: 0.0, mean: vec![0.0; channels], variance: vec![0.0; channels] }
    }

    fn of_block(block: &[f32], channels: usize) -> Self {
        let rows = (block.len() / channels) as f64;
        let mut found = OfBlock { block, channels, moments: Self { rows, ..Self::of_nothing(channels) } };
        widest(|| each_group(channels, &mut found));
        found.moments
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

struct OfBlock<'a> {
    block: &'a [f32],
    channels: usize,
    moments: Moments,
}

impl Channels for OfBlock<'_> {
    /// Twice over the block: the second time about a mean that is right but for its rounding, which is then made good
    /// (the corrected two-pass algorithm, Chan et al. 1983).
    #[inline(always)]
    fn visit<const L: usize>(&mut self, first: usize) {
        let count = self.moments.rows as f32;
        let rows = || self.block.chunks_exact(self.channels).map(|row| of::<L, f32>(row, first));
        let mut about = [0.0_f32; L];
        for row in rows() {
            about.iter_mut().zip(&row).for_each(|(sum, x)| *sum += x);
        }
        about.iter_mut().for_each(|sum| *sum /= count);
        let [mut sum, mut square] = [[0.0_f32; L]; 2];
        for row in rows() {
            for lane in 0..L {
                let difference = row[lane] - about[lane];
                sum[lane] += difference;
                square[lane] += difference * difference;
            }
        }
        let Moments { rows, mean, variance } = &mut self.moments;
        let [mean, variance] = [mean, variance].map(|channels| of_mut::<L, f64>(channels, first));
        for lane in 0..L {
            let correction = f64::from(sum[lane]) / *rows;
            mean[lane] = f64::from(about[lane]) + correction;
            variance[lane] = f64::from(square[lane]) / *rows - correction * correction;
        }
    }
}
