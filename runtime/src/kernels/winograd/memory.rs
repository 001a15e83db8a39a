//! What a convolution by tiles keeps in scratch memory.
//!
//! Transformed, the weights of ResNet-8's first block alone would take 18,432 bytes. So what is kept are the inputs of
//! four tiles, and beside them the weights of two channels at half of the positions; those of all only where they have
//! room, as with the few channels of an image.

use super::inputs::Inputs;
use super::tiles::Tiles;
use super::weights::Weights;
use crate::kernels::blocks;
use crate::kernels::scratch::winograd::{CHANNELS, Half, POSITIONS, Sums, TILES, Tile};
use crate::operands::Operands;
use crate::requantize::PairStage;

/// What lies in scratch memory: `360 * channels + 1152` bytes, where an image of three channels counts for four, and `6 *
/// channels` where rows of tiles are cut.
pub(super) struct Memory<'a> {
    inputs: Inputs<'a>,
    weights: Weights<'a>,
    /// `[POSITIONS]`; before there are any, inputs and weights on their way stand there.
    sums: &'a mut [Sums; POSITIONS],
}

impl<'a> Memory<'a> {
    pub(super) fn split(
        scratch: &'a mut [u32],
        channels: usize,
        out_channels: usize,
        rows_are_cut: bool,
    ) -> Option<Self> {
        let (inputs, rest) = Inputs::split(scratch, channels, rows_are_cut)?;
        let (sums, rest) = rest.split_at_mut_checked(POSITIONS * CHANNELS * TILES)?;
        let (sums, _) = bytemuck::cast_slice_mut::<u32, Sums>(sums).split_first_chunk_mut()?;
        Some(Self { inputs, weights: Weights::new(rest, channels, out_channels / CHANNELS)?, sums })
    }

    /// Transforms the inputs of the tiles from `first` on.
    pub(super) fn load(&mut self, tiles: &Tiles, first: usize, operands: &Operands<'_>) -> Option<()> {
        self.inputs.load(tiles, first, operands, bytemuck::cast_slice_mut(self.sums.as_flattened_mut()))
    }

    /// The sums of two channels at all positions.
    pub(super) fn multiply(&mut self, pair: usize, filter: &[u8]) -> Option<()> {
        for half in [Half::Upper, Half::Lower] {
            let (upper, lower) = self.sums.split_at_mut_checked(POSITIONS / 2)?;
            let spare = bytemuck::cast_slice_mut(lower.as_flattened_mut());
            let weights = self.weights.of(pair, half, filter, spare)?;
            let sums = if half == Half::Upper { upper } else { lower };
            blocks::multiply_positions(self.inputs.values(), weights, half, sums)?;
        }
        Some(())
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
        blocks::transform_sums(self.sums, stage, tiles, output, pitch, stride)
    }
}
