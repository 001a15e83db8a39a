//! What instructions compute of a depthwise convolution at a time.

use super::stages::Stages;
use super::tile::CHANNELS;

/// [`CHANNELS`] channels, or the last few, of a row of output pixels.
pub(super) struct Row<'a, C> {
    /// From the first cell of the first window on.
    pub(super) inputs: &'a [C],
    /// Where each cell of a window lies.
    pub(super) taps: &'a [usize],
    /// From one window to the next.
    pub(super) step: usize,
    /// As `Instructions::pack_cell` made them, one for each tap.
    pub(super) filter: &'a [C],
    pub(super) stages: &'a Stages,
    /// Output pixels.
    pub(super) pixels: usize,
    /// From one output pixel to the next.
    pub(super) stride: usize,
    /// Channels that there are, at most [`CHANNELS`].
    pub(super) channels: usize,
}

impl<C> Row<'_, C> {
    /// Whether all that `Instructions::depthwise` reads and writes lies inside of the slices.
    pub(super) fn fits(&self, output: &[i8]) -> bool {
        let last = self.pixels.saturating_sub(1);
        let window = self.taps.iter().fold(0, |last, tap| last.max(*tap));
        self.pixels > 0
            && self.taps.len() == self.filter.len()
            && last * self.step + window < self.inputs.len()
            && (1..=CHANNELS).contains(&self.channels)
            && last * self.stride + self.channels <= output.len()
    }
}
