//! What a convolution by tiles keeps in scratch memory.
//!
//! Transformed, the weights of ResNet-8's first block alone would take 18,432 bytes. So what is kept are the inputs of
//! four tiles, and beside them the weights of two channels at half of the positions; those of all only where they have
//! room, as with the few channels of an image.

use dim_model_format::FilterLayout;

use super::inputs::Inputs;
use super::tiles::Tiles;
use super::weights::Weights;
use crate::kernels::blocks;
use crate::kernels::scratch::winograd::{CHANNELS, Half, POSITIONS, Sums, TILES, Tile};
use crate::operands::Operands;
use crate::requantize::PairStage;

/// Words of the sums of half of the positions.
const HALF: usize = POSITIONS / 2 * CHANNELS * TILES;

/// What lies in scratch memory: `360 * channels + 1152` bytes, where an image of three channels counts for four, and `6 *
/// channels` where rows of tiles are cut. With int4 weights, 1152 is `576 + 18 * channels` where that is more.
pub(super) struct Memory<'a> {
    inputs: Inputs<'a>,
    weights: Weights<'a>,
    /// [`Sums`] of `[POSITIONS]`. Before there are any, inputs on their way stand there; before there are lower ones, weights on
    /// theirs, which may take more.
    sums: &'a mut [u32],
}

impl<'a> Memory<'a> {
    pub(super) fn split(
        scratch: &'a mut [u32],
        layout: FilterLayout,
        channels: usize,
        out_channels: usize,
        rows_are_cut: bool,
    ) -> Option<Self> {
        let (inputs, rest) = Inputs::split(scratch, channels, rows_are_cut)?;
        let (sums, rest) = rest.split_at_mut_checked(HALF + HALF.max(Weights::on_their_way(layout, channels)))?;
        Some(Self { inputs, weights: Weights::new(rest, layout, channels, out_channels / CHANNELS)?, sums })
    }

    /// Transforms the inputs of the tiles from `first` on.
    pub(super) fn load(&mut self, tiles: &Tiles, first: usize, operands: &Operands<'_>) -> Option<()> {
        self.inputs.load(tiles, first, operands, self.sums)
    }

    /// The sums of two channels at all positions.
    pub(super) fn multiply(&mut self, pair: usize, filter: &[u8]) -> Option<()> {
        let (upper, lower) = self.sums.split_at_mut_checked(HALF)?;
        let weights = self.weights.of(pair, Half::Upper, filter, lower)?;
        blocks::multiply_positions(self.inputs.values(), weights, Half::Upper, bytemuck::cast_slice_mut(upper))?;
        let weights = self.weights.of(pair, Half::Lower, filter, lower)?;
        let lower = bytemuck::cast_slice_mut(lower.get_mut(..HALF)?);
        blocks::multiply_positions(self.inputs.values(), weights, Half::Lower, lower)
    }

    /// Their outputs.
    pub(super) fn store(
        &mut self,
        stage: &PairStage,
        tiles: &[Tile; TILES],
        output: &mut [i8],
        pitch: usize,
        stride: usize,
    ) -> Option<()> {
        let sums: &mut [Sums] = bytemuck::cast_slice_mut(self.sums.get_mut(..2 * HALF)?);
        blocks::transform_sums(sums.first_chunk_mut()?, stage, tiles, output, pitch, stride)
    }
}
