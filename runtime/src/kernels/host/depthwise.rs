//! Depthwise convolution with any kernel: 16 channels at a time, and of each as many taps of a row of the kernel as the
//! instructions multiply together.
//!
//! Inputs are copied once, in cells: a cell has the inputs of 16 channels for that many taps side by side, so there is one
//! for each column and nothing is rearranged where windows overlap.

use std::vec::Vec;

use dim_model_format::{Conv2d, Parameters, Tensor};

use super::band::{BAND_BYTES, Band};
use super::instructions::{Instructions, MOST_TAPS};
use super::memory::Memory;
use super::row::Row;
use super::stages::Stages;
use super::tile::CHANNELS;
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// A depthwise convolution with its weights rearranged.
#[derive(Debug)]
pub(super) struct Depthwise {
    /// One row of inputs, as many of each pixel as there are outputs, filled up to whole blocks.
    band: Band,
    /// Blocks of [`CHANNELS`] channels.
    blocks: usize,
    /// Rows of output whose inputs are copied together.
    band_rows: usize,
    /// Where each cell of a window lies.
    taps: Vec<usize>,
    /// Of each block one cell for each of the taps.
    packed: Memory,
    /// Of each block.
    stages: Vec<Stages>,
}

impl Depthwise {
    /// For these tensors.
    pub(super) fn new<S: Instructions>(
        op: &Conv2d,
        parameters: &Parameters<'_>,
        input: &Tensor,
        output: OutputStage,
    ) -> Option<Self> {
        let extent = op.window.output(input.shape.height, input.shape.width)?;
        let channels = parameters.channels().len();
        let blocks = channels.div_ceil(CHANNELS);
        let band = Band::new(&op.window, input.shape, extent, blocks * CHANNELS)
            .repeated(channels / usize::from(input.shape.channels).max(1));
        let [rows, columns] = op.window.kernel.map(usize::from);
        let across = (0..columns).step_by(S::TAPS);
        let taps: Vec<_> =
            (0..rows).flat_map(|row| across.clone().map(move |column| row * band.columns() + column)).collect();
        let mut packed = Memory::zeroed(blocks * taps.len() * size_of::<S::Cell>());
        let mut cells = packed.get_mut::<S::Cell>().iter_mut();
        let mut stages = Vec::with_capacity(blocks);
        for first in (0..channels).step_by(CHANNELS) {
            let mut stage = Stages::new(parameters, first, output, rows * columns);
            for (row, column) in (0..rows).flat_map(|row| across.clone().map(move |column| (row, column))) {
                let mut weights = [[0_i8; CHANNELS]; MOST_TAPS];
                for (weights, column) in weights.iter_mut().take(S::TAPS).zip(column..columns) {
                    let values = parameters.filter.get((row * columns + column) * channels + first..)?;
                    let count = (channels - first).min(CHANNELS);
                    for ((weight, value), bias) in weights.iter_mut().zip(values).zip(&mut stage.bias).take(count) {
                        *weight = value.cast_signed();
                        let offset = S::cell_offset(input.quantization.zero_point);
                        *bias = bias.wrapping_sub(offset * i32::from(*weight));
                    }
                }
                *cells.next()? = S::pack_cell(&weights);
            }
            stages.push(stage);
        }
        let row_bytes = blocks * band.columns() * size_of::<S::Cell>();
        Some(Self { band_rows: band.rows_within(BAND_BYTES / row_bytes.max(1)), band, blocks, taps, packed, stages })
    }

    /// Rows of cells that are there at once.
    const fn rows(&self) -> usize {
        self.band.rows_for(self.band_rows)
    }

    /// Cells, and int8 numbers of one row.
    fn parts<S: Instructions>(&self) -> [usize; 2] {
        [self.blocks * self.rows() * self.band.columns(), self.band.pitch() + (S::TAPS - 1) * self.blocks * CHANNELS]
    }

    /// Bytes that it needs to compute.
    pub(super) fn workspace<S: Instructions>(&self) -> usize {
        let [cells, row] = self.parts::<S>();
        cells * size_of::<S::Cell>() + row
    }

    /// As [`crate::kernels::portable::depthwise_conv2d`].
    pub(super) fn run<S: Instructions>(
        &self,
        set: S,
        operands: &mut Operands<'_>,
        workspace: &mut Memory,
    ) -> Option<()> {
        let zero_point = operands.input.quantization.zero_point;
        let [height, width, channels] =
            [operands.output.shape.height, operands.output.shape.width, operands.output.shape.channels]
                .map(usize::from);
        let [cells, row_length] = self.parts::<S>();
        let (inputs, row) = workspace.get_mut::<u8>().split_at_mut_checked(cells * size_of::<S::Cell>())?;
        let inputs: &mut [S::Cell] = bytemuck::try_cast_slice_mut(inputs).ok()?;
        let row: &mut [i8] = bytemuck::cast_slice_mut(row.get_mut(..row_length)?);
        row.fill(zero_point);
        let filters = self.packed.get::<S::Cell>();
        let (columns, block_cells) = (self.band.columns(), self.rows() * self.band.columns());
        for first_row in (0..height).step_by(self.band_rows) {
            let rows = self.band_rows.min(height - first_row);
            for y in 0..self.band.rows_for(rows) {
                self.band.load_row(&operands.read()?, first_row, y, row.get_mut(..self.band.pitch())?, |q| q)?;
                for block in 0..self.blocks {
                    let cells = inputs.get_mut(block * block_cells + y * columns..)?.get_mut(..columns)?;
                    set.interleave(row.get(block * CHANNELS..)?, self.blocks * CHANNELS, zero_point, cells)?;
                }
            }
            let output = operands.write()?;
            let blocks = inputs.chunks(block_cells.max(1)).zip(filters.chunks(self.taps.len().max(1)));
            for ((number, stages), (inputs, filter)) in self.stages.iter().enumerate().zip(blocks) {
                let first = number * CHANNELS;
                for y in 0..rows {
                    let row = Row {
                        inputs: inputs.get(self.band.first_row(y) * columns..)?,
                        taps: &self.taps,
                        step: self.band.stride(),
                        filter,
                        stages,
                        pixels: width,
                        stride: channels,
                        channels: (channels - first).min(CHANNELS),
                    };
                    set.depthwise(&row, output.values.get_mut((first_row + y) * width * channels + first..)?)?;
                }
            }
        }
        Some(())
    }
}
