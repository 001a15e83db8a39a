//! Convolution: some output pixels and 16 or 32 output channels at a time.
//!
//! Rows of inputs are copied once, with their padding, so that a window is a few rows of that copy and nothing is
//! gathered. A large map is computed in bands of rows, so that the copy stays in the cache, and all bands in blocks of
//! channels, so that the weights of a block do.

use std::vec::Vec;

use dim_model_format::{Conv2d, FilterLayout, Parameters, Tensor};

use super::band::Band;
use super::block::Block;
use super::filter;
use super::instructions::Instructions;
use super::memory::Memory;
use super::stages::Stages;
use super::tile::{CHANNELS, Pixels};
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// A convolution with its weights rearranged.
#[derive(Debug)]
pub(super) struct Convolution {
    band: Band,
    /// Rows of output whose inputs are copied together.
    band_rows: usize,
    window: filter::Shape,
    /// Of each block of [`CHANNELS`] channels the weights, one block after the other.
    packed: Memory,
    /// Of each block.
    stages: Vec<Stages>,
}

impl Convolution {
    /// With a filter in any layout, for these tensors.
    pub(super) fn new<S: Instructions>(
        set: S,
        op: &Conv2d,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        input: &Tensor,
        output: OutputStage,
    ) -> Option<Self> {
        let extent = op.window.output(input.shape.height, input.shape.width)?;
        let band = Band::new(&op.window, input.shape, extent, input.shape.channels.into());
        let window = filter::Shape::new(op.window.kernel, input.shape.channels);
        let zero_point = input.quantization.zero_point;
        let block_bytes = window.quads() * S::QUAD_BYTES;
        let blocks = parameters.channels().len().div_ceil(CHANNELS);
        let mut packed = Memory::zeroed(blocks * block_bytes);
        let mut stages = Vec::with_capacity(blocks);
        let blocks = packed.get_mut::<u8>().chunks_exact_mut(block_bytes.max(1)).take(blocks);
        for (block, packed) in blocks.enumerate() {
            let mut stage = Stages::new(parameters, block * CHANNELS, output, window.fan_in());
            filter::pack(set, &window, layout, parameters, block, packed)?;
            filter::fold(packed, S::offset(zero_point), &mut stage.bias);
            stages.push(stage);
        }
        Some(Self { band_rows: band.rows_at_once(size_of::<S::Input>()), band, window, packed, stages })
    }

    /// Bytes that it needs to compute.
    pub(super) fn workspace<S: Instructions>(&self) -> usize {
        self.band.elements(self.band_rows) * size_of::<S::Input>()
    }

    /// As [`crate::kernels::portable::conv2d`].
    pub(super) fn run<S: Instructions>(
        &self,
        set: S,
        operands: &mut Operands<'_>,
        workspace: &mut Memory,
    ) -> Option<()> {
        let zero_point = operands.input.quantization.zero_point;
        let inputs: &mut [S::Input] = workspace.get_mut();
        let [height, width, channels] =
            [operands.output.shape.height, operands.output.shape.width, operands.output.shape.channels]
                .map(usize::from);
        let block_bytes = self.window.quads() * S::QUAD_BYTES;
        let filters = self.packed.get::<u8>();
        for first_row in (0..height).step_by(self.band_rows) {
            let rows = self.band_rows.min(height - first_row);
            self.band.load(&operands.read()?, first_row, rows, inputs, |q| S::input(q, zero_point))?;
            let output = operands.write()?.values.get_mut(first_row * width * channels..)?;
            let pixels = Pixels {
                height: rows,
                width,
                step: self.band.start(0, 1),
                row_step: self.band.start(1, 0),
                stride: channels,
            };
            let filters = filters.chunks((S::BLOCKS * block_bytes).max(1));
            for ((number, stages), filter) in self.stages.chunks(S::BLOCKS).enumerate().zip(filters) {
                let first = number * S::BLOCKS * CHANNELS;
                let block = Block {
                    inputs: &*inputs,
                    pixels,
                    rows: self.window.rows,
                    row_quads: self.window.row_quads(),
                    pitch: self.band.pitch(),
                    filter: filter.get(..stages.len() * block_bytes)?,
                    stages,
                    channels: (channels - first).min(S::BLOCKS * CHANNELS),
                };
                set.convolve(&block, output.get_mut(first..)?)?;
            }
        }
        Some(())
    }
}
