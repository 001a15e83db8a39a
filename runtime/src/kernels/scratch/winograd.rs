//! How transformed tiles lie in scratch memory: of each position the numbers of all channels, then those of the next.
//!
//! Inputs and weights are 16-bit numbers, those of two input channels in a word: 0 and 2, then 1 and 3, of every four, as
//! a paired filter has them. [`winograd`](crate::kernels::winograd) says what a position is.

/// Tiles that are computed together.
pub(crate) const TILES: usize = 4;
/// Output channels that are computed together.
pub(crate) const CHANNELS: usize = 2;
/// Extent of the kernel.
pub(crate) const KERNEL: usize = 3;
/// Extent of the outputs of a tile.
pub(crate) const OUTPUTS: usize = 4;
/// Extent of its inputs, and of what they are transformed to.
pub(crate) const POINTS: usize = 6;
/// Positions of a transformed tile.
pub(crate) const POSITIONS: usize = POINTS * POINTS;

/// What two channels of [`TILES`] tiles have at one position, the first channel first.
pub(crate) type Sums = [i32; CHANNELS * TILES];

/// Positions whose weights are in memory at the same time: three of the six rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Upper,
    Lower,
}

impl Half {
    pub(crate) const fn first_position(self) -> usize {
        match self {
            Self::Upper => 0,
            Self::Lower => POSITIONS / 2,
        }
    }
}

/// A tile on the output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tile {
    /// Element of the output at which its first pixel starts.
    pub(crate) start: usize,
    /// Its pixels that the output has, at most [`OUTPUTS`] each; none of a tile that does not exist.
    pub(crate) height: usize,
    pub(crate) width: usize,
}

/// What a block of products in assembly works on, with the lengths checked.
#[cfg(any(dim_armv6m, dim_armv7m, dim_riscv32))]
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Positions {
    inputs: *const u32,
    weights: *const u32,
    sums: *mut Sums,
    end: *const Sums,
    /// From the first word of a position to the end of its words.
    input_bytes: usize,
}

#[cfg(any(dim_armv6m, dim_armv7m, dim_riscv32))]
impl Positions {
    /// At least one position, of an even number of words and at least two.
    ///
    /// # Shapes
    /// `inputs` `[words, POSITIONS, TILES]`, `weights` `[words, POSITIONS / 2, CHANNELS]`.
    pub(crate) fn new(inputs: &[u32], weights: &[u32], half: Half, sums: &mut [Sums]) -> Option<Self> {
        // Of two words, and of the inputs that belong to a word of weights; a division would be a call of a function.
        const WEIGHTS: usize = 2 * POSITIONS / 2 * CHANNELS;
        const INPUTS: usize = POSITIONS * TILES / (POSITIONS / 2 * CHANNELS);
        let is_whole = !weights.is_empty() && weights.len().is_multiple_of(WEIGHTS);
        let fits = is_whole && inputs.len() / INPUTS >= weights.len();
        if !fits || sums.len() != POSITIONS / 2 {
            return None;
        }
        let inputs = inputs.get(half.first_position() * TILES..)?.as_ptr();
        let sums = sums.as_mut_ptr_range();
        let input_bytes = INPUTS * size_of::<u32>() * weights.len();
        Some(Self { inputs, weights: weights.as_ptr(), sums: sums.start, end: sums.end, input_bytes })
    }
}
