//! Columns of a convolution with a paired filter: of each output pixel 16-bit numbers with their zero point taken off,
//! two in a word, in the order in which the filter has its weights: 0 and 2, then 1 and 3, of every four.

/// Output pixels that are computed together.
pub(crate) const PIXELS: usize = 4;

/// A rectangle of inputs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// From the first input on.
    pub(crate) values: &'a [i8],
    /// Number of rows, at least 1.
    pub(crate) height: usize,
    /// Distance of rows in bytes.
    pub(crate) pitch: usize,
    /// Bytes of a row, a multiple of 4, at least 4.
    pub(crate) length: usize,
}
