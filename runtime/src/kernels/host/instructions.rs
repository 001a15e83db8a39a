//! What the kernels need of an instruction set: below them, and above what they tell it to compute.

use super::block::Block;
use super::row::Row;
use super::sum::Sum;
use super::tile::CHANNELS;

/// What the kernels need of an instruction set. A value exists only where the processor has the instructions; functions
/// check every length before pointers go on, and are `None` where one is wrong.
pub(super) trait Instructions: Copy {
    /// An input of a convolution.
    type Input: bytemuck::Pod;
    /// Bytes of the rearranged weights of [`CHANNELS`] channels for four inputs.
    const QUAD_BYTES: usize;
    /// Blocks of [`CHANNELS`] channels that [`Self::convolve`] takes.
    const BLOCKS: usize;

    /// What stands for `q` in a convolution.
    fn input(q: i8, zero_point: i8) -> Self::Input;

    /// How much more [`Self::input`] is than `q - zero_point`.
    fn offset(zero_point: i8) -> i32;

    /// Places four weights of a channel of a block.
    fn put(quad: &mut [u8], channel: usize, weights: [i8; 4]) -> Option<()>;

    /// Rearranges a paired filter of up to [`CHANNELS`] channels with a whole number of fours.
    fn pack_pairs(self, pairs: &[u8], packed: &mut [u8]) -> Option<()>;

    /// Takes what the offset of the inputs adds off the biases of a block.
    fn fold(self, packed: &[u8], offset: i32, bias: &mut [i32; CHANNELS]);

    /// Computes some rows of pixels and blocks of channels.
    fn convolve(self, block: &Block<'_, Self::Input>, output: &mut [i8]) -> Option<()>;

    /// `bias + sum(inputs * weights)` of two units, as [`crate::kernels::portable::blocks::multiply_vector`] does.
    fn multiply_vector(self, column: &[u32], filter: &[u8], bias: [i32; 2]) -> Option<[i32; 2]>;

    /// Rearranges the weights of [`CHANNELS`] channels of a depthwise convolution; `weights` has them tap by tap.
    fn pack_taps(weights: &[[i16; CHANNELS]], packed: &mut [[i16; CHANNELS]]) -> Option<()>;

    /// Some channels of a row of a depthwise convolution.
    fn depthwise(self, row: &Row<'_>, output: &mut [i8]) -> Option<()>;

    /// The element-wise sum.
    fn add(self, sum: &Sum, inputs: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]);
}
