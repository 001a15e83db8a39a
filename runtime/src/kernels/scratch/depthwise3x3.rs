//! Columns of a depthwise convolution with a kernel of 3x3.
//!
//! Of four channels and each column of three rows, the input becomes six words in scratch memory: four with rows 0 and
//! 1 of a channel, for `SMLAD`, and two with row 2 of channels 0 and 2 and of 1 and 3. The weights of the four channels
//! become words in the same order, so that an output is the product of 18 words in a row with 18 others.

/// Channels that are computed together.
pub(crate) const CHANNELS: usize = 4;
/// Words of one column of four channels.
pub(crate) const WORDS: usize = 6;
/// Extent of the kernel.
pub(crate) const KERNEL: usize = 3;

/// Three rows of int8 numbers, four channels of which become columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// Each from the first channel of its first column on.
    pub(crate) values: [&'a [i8]; KERNEL],
    /// From one column to the next.
    pub(crate) step: usize,
}
