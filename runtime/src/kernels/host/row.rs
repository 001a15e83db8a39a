//! What instructions compute of a depthwise convolution at a time.

use super::stages::Stages;
use super::tile::CHANNELS;

/// [`CHANNELS`] channels, or the last few, of a row of output pixels.
pub(super) struct Row<'a> {
    /// From the first of the channels of the first window on; zero points are taken off.
    pub(super) inputs: &'a [i16],
    /// Where each tap of a window lies, an even number of them.
    pub(super) taps: &'a [usize],
    /// From one window to the next.
    pub(super) step: usize,
    /// As `Instructions::pack_taps` wrote them, one for each tap.
    pub(super) filter: &'a [[i16; CHANNELS]],
    pub(super) stages: &'a Stages,
    /// Output pixels.
    pub(super) pixels: usize,
    /// From one output pixel to the next.
    pub(super) stride: usize,
    /// Channels that there are, at most [`CHANNELS`].
    pub(super) channels: usize,
}

impl Row<'_> {
    /// Whether all that `Instructions::depthwise` reads and writes lies inside of the slices.
    pub(super) fn fits(&self, output: &[i8]) -> bool {
        let last = self.pixels.saturating_sub(1);
        let window = self.taps.iter().fold(0, |last, tap| last.max(*tap)) + CHANNELS;
        self.pixels > 0
            && self.taps.len() == self.filter.len()
            && self.taps.len().is_multiple_of(2)
            && last * self.step + window <= self.inputs.len()
            && (1..=CHANNELS).contains(&self.channels)
            && last * self.stride + self.channels <= output.len()
    }
}
