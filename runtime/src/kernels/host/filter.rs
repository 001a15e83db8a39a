//! Rearranges the weights of convolutions, such that a vector has all channels of a block for one, two or four inputs,
//! which are then broadcast. Where a row of the kernel does not fill fours, it is filled up with weights that are zero.

use std::vec::Vec;

use dim_model_format::{FilterLayout, Parameters};

use super::instructions::Instructions;
use super::tile::CHANNELS;
use crate::kernels::paired::Weights;

/// Windows of a convolution as the kernels see them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Rows of the kernel.
    pub(super) rows: usize,
    /// Weights of a row of the kernel.
    row: usize,
}

impl Shape {
    pub(super) fn new(kernel: [u8; 2], channels: u16) -> Self {
        let [rows, width] = kernel.map(usize::from);
        Self { rows, row: width * usize::from(channels) }
    }

    /// Weights of a channel.
    pub(super) const fn fan_in(&self) -> usize {
        self.rows * self.row
    }

    /// Fours of inputs in a row of a window.
    pub(super) const fn row_quads(&self) -> usize {
        self.row.div_ceil(4)
    }

    /// Fours of inputs in a window.
    pub(super) const fn quads(&self) -> usize {
        self.rows * self.row_quads()
    }
}

/// Writes the weights of a block of [`CHANNELS`] channels over zeros.
pub(super) fn pack<S: Instructions>(
    set: S,
    shape: &Shape,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    block: usize,
    packed: &mut [u8],
) -> Option<()> {
    let (first, count) = (block * CHANNELS, parameters.channels().len());
    match layout {
        FilterLayout::Paired | FilterLayout::Int4 if shape.row.is_multiple_of(4) => {
            let mut unpacked = Vec::new();
            if layout == FilterLayout::Int4 {
                unpacked.resize(CHANNELS * shape.fan_in() / size_of::<u32>(), 0);
            }
            let mut weights = Weights::new(layout, &mut unpacked);
            let pair_bytes = weights.pair_bytes(2 * shape.fan_in());
            let pairs = first / 2..count.div_ceil(2).min((first + CHANNELS) / 2);
            let filter = parameters.filter.get(pairs.start * pair_bytes..pairs.end * pair_bytes)?;
            set.pack_pairs(weights.pair(filter)?, packed)
        }
        layout => {
            for channel in first..count.min(first + CHANNELS) {
                let mut quads = packed.chunks_exact_mut(S::QUAD_BYTES);
                for row in 0..shape.rows {
                    for start in (0..shape.row).step_by(4) {
                        let mut weights = [0; 4];
                        for (weight, i) in weights.iter_mut().zip(start..shape.row) {
                            let k = row * shape.row + i;
                            *weight = layout.weight(parameters.filter, channel, k, shape.fan_in())?;
                        }
                        S::put(quads.next()?, channel - first, weights)?;
                    }
                }
            }
            Some(())
        }
    }
}

/// Takes what the offset of the inputs adds off the biases of a block. Only int8 weights have such inputs, and of these
/// four of a channel lie side by side.
pub(super) fn fold(packed: &[u8], offset: i32, bias: &mut [i32; CHANNELS]) {
    if offset != 0 {
        for quad in packed.as_chunks::<{ 4 * CHANNELS }>().0 {
            for (bias, weights) in bias.iter_mut().zip(quad.as_chunks::<4>().0) {
                let sum: i32 = weights.iter().map(|weight| i32::from(weight.cast_signed())).sum();
                *bias = bias.wrapping_sub(offset * sum);
            }
        }
    }
}
