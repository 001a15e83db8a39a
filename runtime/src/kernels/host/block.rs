//! What instructions compute of a convolution at a time.

use super::stages::Stages;
use super::tile::{CHANNELS, Pixels};

/// Some rows of output pixels and blocks of channels of a convolution.
pub(super) struct Block<'a, T> {
    pub(super) inputs: &'a [T],
    pub(super) pixels: Pixels,
    /// Rows of a window.
    pub(super) rows: usize,
    /// Fours of inputs in a row of a window.
    pub(super) row_quads: usize,
    /// From one row of a window to the next.
    pub(super) pitch: usize,
    /// Of [`CHANNELS`] channels, then of the next.
    pub(super) filter: &'a [u8],
    pub(super) stages: &'a [Stages],
    /// Channels of all stages together; only the last ones may not be whole.
    pub(super) channels: usize,
}

impl<T> Block<'_, T> {
    /// Whether all that `Instructions::convolve` reads and writes lies inside of the slices.
    pub(super) fn fits(&self, quad_bytes: usize, output: &[i8]) -> bool {
        let Pixels { height, width, step, row_step, stride } = self.pixels;
        let window = self.rows.saturating_sub(1) * self.pitch + 4 * self.row_quads;
        self.rows > 0
            && height > 0
            && width > 0
            && (height - 1) * row_step + (width - 1) * step + window <= self.inputs.len()
            && self.filter.len() == self.stages.len() * self.rows * self.row_quads * quad_bytes
            && self.channels.div_ceil(CHANNELS) == self.stages.len()
            && (height * width - 1) * stride + self.channels <= output.len()
    }
}
