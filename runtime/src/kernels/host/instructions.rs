//! What the kernels need of an instruction set: below them, and above what they tell it to compute.

use super::block::Block;
use super::row::Row;
use super::stages::Stages;
use super::sum::{ELEMENTS, Sum};
use super::tile::CHANNELS;
use super::transforms::{Numbers, Patch, TileSums};

/// Pairs of units whose weights [`Instructions::multiply_vectors`] takes at once.
pub(super) const PAIRS: usize = 4;
/// Most taps that [`Instructions::TAPS`] may be.
pub(super) const MOST_TAPS: usize = 4;

/// What the kernels need of an instruction set. A value exists only where the processor has the instructions; functions
/// check every length before pointers go on, and are `None` where one is wrong.
pub(super) trait Instructions: Copy {
    /// An input of a convolution.
    type Input: bytemuck::Pod;
    /// Bytes of the rearranged weights of [`CHANNELS`] channels for four inputs.
    const QUAD_BYTES: usize;
    /// Blocks of [`CHANNELS`] channels that [`Self::convolve`] takes at once.
    const BLOCKS: usize;

    /// What stands for `q` in a convolution.
    fn input(q: i8, zero_point: i8) -> Self::Input;

    /// How much more [`Self::input`] is than `q - zero_point`.
    fn offset(zero_point: i8) -> i32;

    /// Places four weights of a channel of a block.
    fn put(quad: &mut [u8], channel: usize, weights: [i8; 4]) -> Option<()>;

    /// Rearranges a paired filter of up to [`CHANNELS`] channels with a whole number of fours.
    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()>;

    /// Computes some rows of pixels and blocks of channels.
    fn convolve(self, block: &Block<'_, Self::Input>, output: &mut [i8]) -> Option<()>;

    /// For convolutions by tiles.
    type Transforms: Transforms;

    /// Where these are quicker than [`Self::convolve`].
    fn transforms(self) -> Option<Self::Transforms>;

    /// How much more than `q - zero_point` an input of a fully connected layer is.
    fn column_offset(zero_point: i8) -> i32;

    /// Writes the inputs of a fully connected layer, eight bytes for four of them.
    fn expand(self, values: &[i8], zero_point: i8, column: &mut [u32]) -> Option<()>;

    /// Sums of the products of all inputs with paired weights, which have as many bytes.
    fn multiply_vectors(self, column: &[u32], filters: [&[u8]; PAIRS]) -> Option<[[i32; 2]; PAIRS]>;

    /// Inputs, or weights, of [`CHANNELS`] channels for some taps of a row of a depthwise convolution.
    type Cell: bytemuck::Pod;
    /// These taps, at most [`MOST_TAPS`].
    const TAPS: usize;

    /// How much more than `q - zero_point` an input of a cell is.
    fn cell_offset(zero_point: i8) -> i32;

    /// Weights for the first [`Self::TAPS`] taps.
    fn pack_cell(weights: &[[i8; CHANNELS]; MOST_TAPS]) -> Self::Cell;

    /// Writes the cell of each column: the numbers of [`CHANNELS`] channels of its pixel and of those behind it, which
    /// are `pixel` apart in `values`.
    fn interleave(self, values: &[i8], pixel: usize, zero_point: i8, cells: &mut [Self::Cell]) -> Option<()>;

    /// Some channels of a row of a depthwise convolution.
    fn depthwise(self, row: &Row<'_, Self::Cell>, output: &mut [i8]) -> Option<()>;

    /// The element-wise sum.
    fn add(self, sum: &Sum, inputs: [&[[i8; ELEMENTS]]; 2], output: &mut [[i8; ELEMENTS]]);
}

/// Instructions for convolutions by tiles. Its functions check lengths as those above do.
pub(super) trait Transforms: Instructions<Input = i16> {
    /// 16-bit numbers of a vector; a pixel has some multiple of them.
    const LANES: usize;

    /// Inputs whose weights of a channel stand side by side.
    const SIDE_BY_SIDE: usize;

    /// Transforms the inputs of a tile, from that of its first pixel on, whose rows are `pitch` numbers apart.
    ///
    /// # Shapes
    /// `numbers` `[POSITIONS, pixel]`.
    fn transform_inputs(self, pixels: &[i16], pitch: usize, numbers: &mut [i16]) -> Option<()>;

    /// Writes the sums of all tiles; modulo `2^32`.
    ///
    /// # Shapes
    /// `filter` `[POSITIONS, depth, CHANNELS]`, each position in the order of [`Instructions::put`].
    fn multiply(self, numbers: &Numbers<'_>, filter: &[i16], sums: &mut [TileSums]) -> Option<()>;

    /// Writes the outputs of a tile.
    fn transform_sums(self, sums: &TileSums, stages: &Stages, patch: &Patch, output: &mut [i8]) -> Option<()>;
}
