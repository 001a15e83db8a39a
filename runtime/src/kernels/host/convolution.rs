//! Convolution: eight output pixels and 16 or 32 output channels at a time.
//!
//! Rows of inputs are copied once, with their padding, so that a window is a few rows of that copy and nothing is
//! gathered. Weights of 16 channels are rearranged such that a vector has all channels of one, two or four inputs, which
//! are then broadcast. Where a row of the kernel does not fill fours, it is filled up with weights that are zero.

use dim_model_format::{Conv2d, FilterLayout, Parameters, Shape};

use super::band::Band;
use super::block::Block;
use super::instructions::Instructions;
use super::stages::Stages;
use super::tile::{CHANNELS, Pixels};
use super::workspace;
use crate::kernels::paired::Weights;
use crate::operands::Operands;

/// As [`crate::kernels::portable::conv2d`], with a filter in any layout; `None` where it does not apply: with factors
/// that have no [`Stages`], and with windows and rows beyond the workspace.
pub(super) fn conv2d<S: Instructions>(
    set: S,
    op: &Conv2d,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
) -> Option<()> {
    let [input, output] = [operands.input.shape, operands.output.shape];
    let zero_point = operands.input.quantization.zero_point;
    let filter = Filter::new(op, layout, parameters, input);
    let band = Band::new(&op.window, input, output, input.channels.into());
    if !Stages::exist(parameters, &operands.write()?, op.clamp, filter.fan_in) {
        return None;
    }
    workspace::with(|workspace| {
        let inputs: &mut [S::Input] = bytemuck::try_cast_slice_mut(&mut workspace.band).ok()?;
        let band_rows = band.rows(inputs.len())?;
        let [height, width, channels] = [output.height, output.width, output.channels].map(usize::from);
        let block_bytes = filter.quads() * S::QUAD_BYTES;
        let blocks_at_once = (workspace.filter.len() / block_bytes.max(1)).min(S::BLOCKS);
        if blocks_at_once == 0 {
            return None;
        }
        let mut stages = [Stages::new(parameters, 0, &operands.write()?, op.clamp, filter.fan_in)?; MOST_BLOCKS];
        for first_row in (0..height).step_by(band_rows) {
            let rows = band_rows.min(height - first_row);
            band.load(&operands.read()?, first_row, rows, inputs, |q| S::input(q, zero_point))?;
            let output = operands.write()?;
            for first in (0..channels).step_by(blocks_at_once * CHANNELS) {
                let block_channels = (channels - first).min(blocks_at_once * CHANNELS);
                let blocks = block_channels.div_ceil(CHANNELS);
                let packed = workspace.filter.get_mut(..blocks * block_bytes)?;
                for (block, (packed, stages)) in packed.chunks_exact_mut(block_bytes).zip(&mut stages).enumerate() {
                    let first = first + block * CHANNELS;
                    *stages = Stages::new(parameters, first, &output, op.clamp, filter.fan_in)?;
                    filter.pack(set, first / 2, &mut workspace.unpacked, packed)?;
                    set.fold(packed, S::offset(zero_point), &mut stages.bias);
                }
                let block = Block {
                    inputs: &*inputs,
                    pixels: Pixels {
                        height: rows,
                        width,
                        step: band.start(0, 1),
                        row_step: band.start(1, 0),
                        stride: channels,
                    },
                    rows: filter.rows,
                    row_quads: filter.row_quads(),
                    pitch: band.pitch(),
                    filter: packed,
                    stages: stages.get(..blocks)?,
                    channels: block_channels,
                };
                set.convolve(&block, output.values.get_mut(first_row * width * channels + first..)?)?;
            }
        }
        Some(())
    })
}

/// Most blocks of channels that are computed together.
const MOST_BLOCKS: usize = 2;

/// A filter as it is in the file.
struct Filter<'a> {
    weights: &'a [u8],
    layout: FilterLayout,
    fan_in: usize,
    /// Rows of the kernel.
    rows: usize,
    /// Weights of a row of the kernel.
    row: usize,
    channels: usize,
}

impl<'a> Filter<'a> {
    fn new(op: &Conv2d, layout: FilterLayout, parameters: &Parameters<'a>, input: Shape) -> Self {
        let [mut rows, width] = op.window.kernel.map(usize::from);
        let mut row = width * usize::from(input.channels);
        let fan_in = rows * row;
        // A window that is contiguous in the band is one row.
        if rows == 1 {
            [rows, row] = [1, fan_in];
        }
        Self { weights: parameters.filter, layout, fan_in, rows, row, channels: parameters.channels().len() }
    }

    const fn row_quads(&self) -> usize {
        self.row.div_ceil(4)
    }

    const fn quads(&self) -> usize {
        self.rows * self.row_quads()
    }

    /// Rearranges the weights of [`CHANNELS`] channels from pair `first` on.
    fn pack<S: Instructions>(&self, set: S, first: usize, unpacked: &mut [u32], packed: &mut [u8]) -> Option<()> {
        let pairs = self.channels.div_ceil(2).saturating_sub(first).min(CHANNELS / 2);
        if pairs < CHANNELS / 2 {
            packed.fill(0);
        }
        let in_quads = self.row.is_multiple_of(4);
        match self.layout {
            FilterLayout::Paired | FilterLayout::Int4 if in_quads => {
                let mut weights = Weights::new(self.layout, unpacked);
                let pair_bytes = weights.pair_bytes(2 * self.fan_in);
                let pairs = self.weights.get(first * pair_bytes..(first + pairs) * pair_bytes)?;
                set.pack_pairs(weights.pair(pairs)?, packed)
            }
            layout => {
                let channels = (self.channels - 2 * first).min(CHANNELS);
                for channel in 0..channels {
                    let mut quads = packed.chunks_exact_mut(S::QUAD_BYTES);
                    for row in 0..self.rows {
                        for start in (0..self.row).step_by(4) {
                            let mut weights = [0; 4];
                            for (weight, i) in weights.iter_mut().zip(start..self.row) {
                                let k = row * self.row + i;
                                *weight = layout.weight(self.weights, 2 * first + channel, k, self.fan_in)?;
                            }
                            S::put(quads.next()?, channel, weights)?;
                        }
                    }
                }
                Some(())
            }
        }
    }
}
