//! Convolution with kernels of 3x3 and stride 1 by Winograd's F(4x4, 3x3); [`winograd`](crate::kernels::winograd) has the
//! matrices and the proof that it is exact.
//!
//! Here there is memory for all transformed weights, so they are computed once for an encoder, and their own sum says
//! whether a layer's sums come back. Some tiles at a time, inputs are transformed, multiplied, and transformed back in
//! blocks of channels.

mod filter;

use std::vec::Vec;

use dim_model_format::{Conv2d, FilterLayout, Parameters, Tensor};

use super::band::Band;
use super::filter as by_windows;
use super::instructions::Transforms;
use super::memory::Memory;
use super::stages::Stages;
use super::tile::CHANNELS;
use super::transforms::{Numbers, Patch, TileSums};
use crate::kernels::scratch::winograd::{KERNEL, OUTPUTS, POINTS, POSITIONS};
use crate::kernels::winograd::is_3x3;
use crate::operands::Operands;
use crate::requantize::OutputStage;

/// Tiles whose numbers are in memory together: of 16 channels 55 KB, of 64 110 KB.
const TILES: usize = 16;
/// Input channels that share the transform of the sums, the dearest one; of fewer it is most of the work.
const FEWEST_INPUTS: usize = 8;
/// Tiles that are multiplied together; fewer would share the loads of weights that have four times as many bytes.
const FEWEST_TILES: usize = 4;
/// Inputs whose weights stand together.
const INPUTS: usize = 4;

/// A convolution with its weights transformed.
#[derive(Debug)]
pub(super) struct Winograd {
    band: Band,
    /// Rows of tiles whose inputs are copied together.
    band_rows: usize,
    /// Tiles of a row.
    columns: usize,
    /// Numbers of a pixel, and those of them that are multiplied.
    pixel: usize,
    depth: usize,
    /// Of each block of [`CHANNELS`] channels the weights at all positions, one block after the other.
    packed: Memory,
    /// Of each block.
    stages: Vec<Stages>,
}

impl Winograd {
    /// With a filter in any layout, for these tensors. `None` where the kernel by windows is quicker, or a sum might not
    /// come back.
    pub(super) fn new<T: Transforms>(
        set: T,
        op: &Conv2d,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        input: &Tensor,
        output: OutputStage,
    ) -> Option<Self> {
        let [height, width] = op.window.output(input.shape.height, input.shape.width)?;
        let [rows, columns] = [height, width].map(|extent| usize::from(extent).div_ceil(OUTPUTS));
        let depth = usize::from(input.shape.channels);
        // At least three quarters of what is computed are outputs that there are.
        let fills = 4 * usize::from(height) * usize::from(width) >= 3 * rows * columns * OUTPUTS * OUTPUTS;
        let fits = is_3x3(op) && depth >= FEWEST_INPUTS && depth.is_multiple_of(INPUTS);
        if !cfg!(feature = "winograd") || !fits || !fills || rows * columns < FEWEST_TILES {
            return None;
        }
        let extent = [rows, columns].map(|tiles| u16::try_from(tiles * OUTPUTS));
        let [Ok(rows), Ok(width)] = extent else { return None };
        let pixel = depth.next_multiple_of(T::LANES);
        let band = Band::new(&op.window, input.shape, [rows, width], pixel);
        let window = by_windows::Shape::new(op.window.kernel, input.shape.channels);
        let numbers = depth * CHANNELS;
        let mut taps = Memory::zeroed(KERNEL * KERNEL * numbers * size_of::<i16>());
        let mut of_columns = std::vec![0; KERNEL * POINTS * numbers];
        let blocks = parameters.channels().len().div_ceil(CHANNELS);
        let mut packed = Memory::zeroed(blocks * POSITIONS * numbers * size_of::<i16>());
        let mut stages = Vec::with_capacity(blocks);
        for (block, packed) in packed.get_mut::<i16>().chunks_exact_mut(POSITIONS * numbers).take(blocks).enumerate() {
            let taps: &mut [i16] = taps.get_mut().get_mut(..KERNEL * KERNEL * numbers)?;
            taps.fill(0);
            by_windows::pack(set, &window, layout, parameters, block, bytemuck::cast_slice_mut(taps))?;
            if !filter::sums_come_back::<T>(taps, input.quantization.zero_point) {
                return None;
            }
            filter::transform(taps, &mut of_columns, packed);
            stages.push(Stages::new(parameters, block * CHANNELS, output, window.fan_in()));
        }
        let band_rows = (band.rows_at_once(size_of::<i16>()) / OUTPUTS).max(1);
        Some(Self { band, band_rows, columns, pixel, depth, packed, stages })
    }

    /// Bytes that it needs to compute.
    pub(super) fn workspace(&self) -> usize {
        let numbers = self.band_elements() + TILES * POSITIONS * self.pixel;
        (numbers * size_of::<i16>()).next_multiple_of(size_of::<i32>()) + TILES * size_of::<TileSums>()
    }

    fn band_elements(&self) -> usize {
        self.band.elements(self.band_rows * OUTPUTS)
    }

    /// As [`crate::kernels::portable::conv2d`].
    pub(super) fn run<T: Transforms>(
        &self,
        instructions: T,
        operands: &mut Operands<'_>,
        workspace: &mut Memory,
    ) -> Option<()> {
        let (sums, rest) = workspace.get_mut::<i32>().split_at_mut_checked(TILES * POSITIONS * CHANNELS)?;
        let sums: &mut [TileSums] = sums.as_chunks_mut().0.as_chunks_mut().0;
        let (inputs, rest) = bytemuck::cast_slice_mut::<_, i16>(rest).split_at_mut_checked(self.band_elements())?;
        let numbers = rest.get_mut(..TILES * POSITIONS * self.pixel)?;
        let zero_point = i16::from(operands.input.quantization.zero_point);
        let shape = operands.output.shape;
        let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
        let block_numbers = POSITIONS * self.depth * CHANNELS;
        let rows = height.div_ceil(OUTPUTS);
        for first_row in (0..rows).step_by(self.band_rows) {
            let rows = self.band_rows.min(rows - first_row);
            self.band
                .load(&operands.read()?, first_row * OUTPUTS, rows * OUTPUTS, inputs, |q| i16::from(q) - zero_point)?;
            let output = operands.write()?.values;
            let count = rows * self.columns;
            for first in (0..count).step_by(TILES) {
                let tiles = first..count.min(first + TILES);
                for (tile, numbers) in tiles.clone().zip(numbers.chunks_exact_mut(POSITIONS * self.pixel)) {
                    let [y, x] = [tile / self.columns, tile % self.columns].map(|tile| tile * OUTPUTS);
                    let pixels = inputs.get(self.band.start(y, x)..)?;
                    instructions.transform_inputs(pixels, self.band.pitch(), numbers)?;
                }
                let numbers = Numbers { values: numbers, tiles: tiles.len(), pixel: self.pixel, depth: self.depth };
                let filters = self.packed.get::<i16>().chunks_exact(block_numbers);
                for (block, (stages, filter)) in self.stages.iter().zip(filters).enumerate() {
                    instructions.multiply(&numbers, filter, sums)?;
                    for (tile, sums) in tiles.clone().zip(&*sums) {
                        let [y, x] = [first_row + tile / self.columns, tile % self.columns].map(|tile| tile * OUTPUTS);
                        let patch = Patch {
                            height: OUTPUTS.min(height - y),
                            width: OUTPUTS.min(width - x),
                            pitch: width * channels,
                            stride: channels,
                            channels: CHANNELS.min(channels - block * CHANNELS),
                        };
                        let output = output.get_mut((y * width + x) * channels + block * CHANNELS..)?;
                        instructions.transform_sums(sums, stages, &patch, output)?;
                    }
                }
            }
        }
        Some(())
    }
}
