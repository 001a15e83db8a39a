//! Kernels for workstations: for instructions that the processor is found to have when the program runs.
//!
//! | module | instructions | multiplies |
//! |---|---|---|
//! | `avx2` | x86-64 with AVX2 | pairs of 16-bit numbers, `VPMADDWD` |
//! | `avx512vnni` | x86-64 with AVX-512 F, BW, VL and VNNI | fours of a u8 and an int8 number, `VPDPBUSD` |
//! | `neon` | aarch64 | a 16-bit number with four others, `SMLAL` |
//! | `dotprod` | aarch64 with the dot product | fours of int8 numbers, `SDOT` |
//!
//! Whatever an operator has that a kernel is not made for is left to the kernels of every processor, before anything is
//! written.

#![cfg_attr(
    not(any(target_arch = "x86_64", target_arch = "aarch64")),
    allow(dead_code, unused_imports, reason = "no kernels of its own")
)]

/// Calls a kernel with the instruction set, or evaluates to `None` where there is none.
macro_rules! with_instructions {
    ($set:expr, $name:ident => $call:expr) => {
        match $set.0 {
            Kind::Portable => None,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2($name) => $call,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni($name) => $call,
            #[cfg(target_arch = "aarch64")]
            Kind::Neon($name) => $call,
            #[cfg(target_arch = "aarch64")]
            Kind::DotProduct($name) => $call,
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512vnni;
mod band;
mod convolution;
mod depthwise;
#[cfg(target_arch = "aarch64")]
mod dotprod;
#[cfg(target_arch = "aarch64")]
mod neon;
mod pooling;
mod stages;
mod sum;
#[cfg(test)]
mod tests;
mod workspace;

use dim_model_format::{Add, Conv2d, FilterLayout, FullyConnected, Parameters, Pool2d, Tensor};

use super::portable::{self, Pooling};
use super::{depthwise3x3, lookup, paired};
use crate::operands::Operands;
use stages::Stages;

/// Output channels that are computed together.
const CHANNELS: usize = 16;
/// Output pixels that are computed together.
const PIXELS: usize = 8;

/// Instructions that this processor was found to have: a value exists only where it has them.
///
/// The outputs are the same with every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstructionSet(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni(avx512vnni::Avx512Vnni),
    #[cfg(target_arch = "aarch64")]
    Neon(neon::Neon),
    #[cfg(target_arch = "aarch64")]
    DotProduct(dotprod::DotProduct),
}

impl InstructionSet {
    /// All that this processor has kernels for, the fastest last. The first one is that of every processor.
    pub fn available() -> impl Iterator<Item = Self> {
        #[cfg(target_arch = "x86_64")]
        let found = [avx2::Avx2::detect().map(Kind::Avx2), avx512vnni::Avx512Vnni::detect().map(Kind::Avx512Vnni)];
        #[cfg(target_arch = "aarch64")]
        let found = [neon::Neon::detect().map(Kind::Neon), dotprod::DotProduct::detect().map(Kind::DotProduct)];
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let found: [Option<Kind>; 0] = [];
        core::iter::once(Kind::Portable).chain(found.into_iter().flatten()).map(Self)
    }

    /// The fastest one.
    pub fn best() -> Self {
        Self::available().last().unwrap_or(Self(Kind::Portable))
    }

    /// Such as `avx2`.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512Vnni(_) => "avx512vnni",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon(_) => "neon",
            #[cfg(target_arch = "aarch64")]
            Kind::DotProduct(_) => "dotprod",
        }
    }
}

impl InstructionSet {
    /// As [`portable::conv2d`].
    pub(crate) fn plain_conv2d(
        self,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
    ) -> Option<()> {
        with_instructions!(self, set => convolution::conv2d(set, op, FilterLayout::Plain, parameters, operands))
            .or_else(|| portable::conv2d(op, parameters, operands))
    }

    /// As [`paired::conv2d`].
    pub(crate) fn conv2d(
        self,
        op: &Conv2d,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        with_instructions!(self, set => convolution::conv2d(set, op, layout, parameters, operands))
            .or_else(|| paired::conv2d(op, layout, parameters, operands, scratch))
    }

    /// As [`paired::fully_connected`].
    pub(crate) fn fully_connected(
        self,
        op: &FullyConnected,
        layout: FilterLayout,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        with_instructions!(self, set => fully_connected(set, op, layout, parameters, operands, scratch))
            .or_else(|| paired::fully_connected(op, layout, parameters, operands, scratch))
    }

    /// As [`portable::depthwise_conv2d`].
    pub(crate) fn depthwise_conv2d(
        self,
        op: &Conv2d,
        parameters: &Parameters<'_>,
        operands: &mut Operands<'_>,
        scratch: &mut [u32],
    ) -> Option<()> {
        with_instructions!(self, set => depthwise::depthwise_conv2d(set, op, parameters, operands))
            .or_else(|| depthwise3x3::depthwise_conv2d(op, parameters, operands, scratch))
    }

    /// As [`portable::pool2d`].
    pub(crate) fn pool2d(self, pooling: Pooling, op: &Pool2d, operands: &mut Operands<'_>) -> Option<()> {
        match self.0 {
            Kind::Portable => portable::pool2d(pooling, op, operands),
            _ => pooling::pool2d(pooling, op, operands),
        }
    }

    /// As [`portable::add`].
    pub(crate) fn add(self, op: &Add, operands: &mut Operands<'_>, second: &Tensor, scratch: &mut [u32]) -> Option<()> {
        with_instructions!(self, set => sum::add(set, op, operands, second))
            .or_else(|| lookup::add(op, operands, second, scratch))
    }
}

/// As [`paired::fully_connected`]: each weight is used once, so nothing is rearranged.
fn fully_connected<S: Instructions>(
    set: S,
    op: &FullyConnected,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    paired::by_pairs(op, layout, parameters, operands, scratch, |column, filter| {
        set.multiply_vector(column, filter, [0; 2])
    })
}

/// What the kernels need of an instruction set. A value exists only where the processor has the instructions; functions
/// check every length before pointers go on, and are `None` where one is wrong.
trait Instructions: Copy {
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

    /// `bias + sum(inputs * weights)` of two units, as [`portable::blocks::multiply_vector`] does.
    fn multiply_vector(self, column: &[u32], filter: &[u8], bias: [i32; 2]) -> Option<[i32; 2]>;

    /// Rearranges the weights of [`CHANNELS`] channels of a depthwise convolution; `weights` has them tap by tap.
    fn pack_taps(weights: &[[i16; CHANNELS]], packed: &mut [[i16; CHANNELS]]) -> Option<()>;

    /// Some channels of a row of a depthwise convolution.
    fn depthwise(self, row: &depthwise::Row<'_>, output: &mut [i8]) -> Option<()>;

    /// The element-wise sum.
    fn add(self, sum: &sum::Sum, inputs: [&[[i8; CHANNELS]]; 2], output: &mut [[i8; CHANNELS]]);
}

/// Some rows of output pixels and blocks of channels of a convolution.
struct Block<'a, T> {
    inputs: &'a [T],
    pixels: Pixels,
    /// Rows of a window.
    rows: usize,
    /// Fours of inputs in a row of a window.
    row_quads: usize,
    /// From one row of a window to the next.
    pitch: usize,
    /// Of [`CHANNELS`] channels, then of the next.
    filter: &'a [u8],
    stages: &'a [Stages],
    /// Channels of all stages together; only the last ones may not be whole.
    channels: usize,
}

impl<T> Block<'_, T> {
    /// Whether all that [`Instructions::convolve`] reads and writes lies inside of the slices.
    fn fits(&self, quad_bytes: usize, output: &[i8]) -> bool {
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

/// Output pixels, row by row.
#[derive(Debug, Clone, Copy)]
struct Pixels {
    height: usize,
    width: usize,
    /// From the window of a pixel to that of the next, and from that of a row's first one to that of the next row's.
    step: usize,
    row_step: usize,
    /// From the first output of a pixel to that of the next.
    stride: usize,
}

/// Of each pixel of a tile, where its window starts and where its outputs are.
struct Tile {
    starts: [usize; PIXELS],
    places: [usize; PIXELS],
}

impl Pixels {
    /// [`PIXELS`] at a time; the last one stands for those behind it.
    #[inline]
    fn tiles(self) -> impl Iterator<Item = Tile> {
        let count = self.height * self.width;
        let [mut left, mut x, mut start, mut row_start, mut place] = [count, 0, 0, 0, 0];
        (0..count.div_ceil(PIXELS)).map(move |_| {
            let mut tile = Tile { starts: [0; PIXELS], places: [0; PIXELS] };
            for (target, target_place) in tile.starts.iter_mut().zip(&mut tile.places) {
                [*target, *target_place] = [start, place];
                if left > 1 {
                    [left, x, start, place] = [left - 1, x + 1, start + self.step, place + self.stride];
                }
                if x == self.width {
                    row_start += self.row_step;
                    [x, start] = [0, row_start];
                }
            }
            tile
        })
    }
}
