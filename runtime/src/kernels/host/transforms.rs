//! What an instruction set is told to compute of a convolution by tiles.

use super::tile::CHANNELS;
use crate::kernels::scratch::winograd::{OUTPUTS, POINTS, POSITIONS};

/// What a tile has at each position of 16 channels.
pub(super) type TileSums = [[i32; CHANNELS]; POSITIONS];

/// Transformed inputs.
pub(super) struct Numbers<'a> {
    /// `[tiles, POSITIONS, pixel]`, or more.
    pub(super) values: &'a [i16],
    pub(super) tiles: usize,
    /// Numbers of a pixel, and those of them that are multiplied: some fours.
    pub(super) pixel: usize,
    pub(super) depth: usize,
}

impl Numbers<'_> {
    /// Whether all that `Transforms::multiply` reads and writes lies inside of the slices.
    pub(super) fn fit(&self, filter: &[i16], sums: &[TileSums]) -> bool {
        self.depth <= self.pixel
            && self.depth.is_multiple_of(4)
            && self.tiles * POSITIONS * self.pixel <= self.values.len()
            && filter.len() == POSITIONS * self.depth * CHANNELS
            && self.tiles <= sums.len()
    }
}

/// Whether all that `Transforms::transform_inputs` reads lies inside of the slice, and fills `numbers` vectors.
pub(super) fn inputs_fit<const LANES: usize>(pixels: &[i16], pitch: usize, numbers: &[i16]) -> bool {
    numbers.len().is_multiple_of(POSITIONS * LANES) && (POINTS - 1) * pitch + numbers.len() / POINTS <= pixels.len()
}

/// Where the outputs of a tile go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    /// Its pixels that the output has, at least one and at most [`OUTPUTS`] each.
    pub(super) height: usize,
    pub(super) width: usize,
    /// From a row to the next, and from a pixel to the next.
    pub(super) pitch: usize,
    pub(super) stride: usize,
    /// Channels that there are, at most [`CHANNELS`].
    pub(super) channels: usize,
}

impl Patch {
    /// Whether all pixels lie inside of the output.
    pub(super) fn fits(&self, output: &[i8]) -> bool {
        let [height, width] = [self.height, self.width];
        (1..=OUTPUTS).contains(&height)
            && (1..=OUTPUTS).contains(&width)
            && (1..=CHANNELS).contains(&self.channels)
            && (height - 1) * self.pitch + (width - 1) * self.stride + self.channels <= output.len()
    }
}
