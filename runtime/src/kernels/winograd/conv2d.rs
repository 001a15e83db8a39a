//! Convolution: four tiles at a time, for which all weights are transformed anew.
//!
//! Transformed, the weights of ResNet-8's first block alone would take 18,432 bytes. So what is kept are the inputs of
//! four tiles, and beside them the weights of two channels at half of the positions.

use core::ops::Range;

use dim_model_format::{Conv2d, FilterLayout, Parameters, Rounding};

use super::tiles::Tiles;
use crate::kernels::paired::int4::{INT4, Weights};
use crate::kernels::scratch::winograd::{CHANNELS, Half, KERNEL, OUTPUTS, POINTS, POSITIONS, Sums, TILES, Tile};
use crate::kernels::{blocks, paired};
use crate::operands::Operands;
use crate::requantize::{OutputStage, PairStage};

/// Sums of this magnitude would not come back from what they are computed as.
pub(crate) const LIMIT: u32 = 1 << 25;

/// Words of the sums of half of the positions.
const HALF: usize = POSITIONS / 2 * CHANNELS * TILES;

/// As [`paired::conv2d`], which it leaves to all that is not quicker by tiles, or that they have no memory for.
///
/// # Shapes
/// `input` `[height, width, in_channels]`, `output` `[out_height, out_width, out_channels]`.
#[inline]
pub(crate) fn conv2d(
    op: &Conv2d,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let by_tiles = cfg!(feature = "winograd").then(|| quick(op, layout, parameters, operands, scratch));
    by_tiles.flatten().or_else(|| paired::conv2d(op, layout, parameters, operands, scratch))
}

/// `None` where the kernel cannot be used, before anything is written.
#[inline(never)]
pub(super) fn quick(
    op: &Conv2d,
    layout: FilterLayout,
    parameters: &Parameters<'_>,
    operands: &mut Operands<'_>,
    scratch: &mut [u32],
) -> Option<()> {
    let tiles = Tiles::new(operands.output.shape, op.window.padding);
    if layout == FilterLayout::Plain || !is_worth_it(op, operands, tiles.count) || !is_in_order(op, operands) {
        return None;
    }
    let [in_channels, channels] = [operands.input.shape.channels, operands.output.shape.channels].map(usize::from);
    let mut memory = Memory::split(scratch, layout, in_channels, tiles.are_cut())?;
    let stages = Stages::new(parameters, operands, KERNEL * KERNEL * in_channels)?;
    let pitch = usize::from(operands.output.shape.width) * channels;
    for first in (0..tiles.count).step_by(TILES) {
        memory.load(&tiles, first, operands)?;
        let targets = core::array::from_fn(|tile| tiles.tile(first + tile));
        let output = operands.write()?.values;
        let filters = parameters.filter.chunks_exact(memory.filter_bytes().max(1));
        for (pair, filter) in filters.enumerate() {
            let stage = stages.pair(parameters, pair)?;
            memory.multiply(filter)?;
            memory.store(&stage, &targets, output.get_mut(CHANNELS * pair..)?, pitch, channels)?;
        }
    }
    OutputStage::new(operands, op.clamp).clamp_all(operands.write()?.values);
    Some(())
}

/// Whether it has a kernel of 3x3 and stride 1.
#[inline]
pub(crate) const fn is_3x3(op: &Conv2d) -> bool {
    matches!(op.window.kernel, [3, 3]) && matches!(op.window.stride, [1, 1])
}

/// Whether a window is one of 3x3, channels fill words, and outputs fill enough of the tiles that are computed.
fn is_worth_it(op: &Conv2d, operands: &Operands<'_>, tiles: usize) -> bool {
    let [input, output] = [operands.input.shape, operands.output.shape];
    let fills_words = input.channels.is_multiple_of(4) && input.channels >= 8 && output.channels.is_multiple_of(2);
    let computed = tiles.next_multiple_of(TILES) * OUTPUTS * OUTPUTS;
    is_3x3(op) && fills_words && 3 * usize::from(output.height) * usize::from(output.width) >= 2 * computed
}

/// Whether four rows of outputs may be written together, column by column: where they lie over inputs, these are of the
/// same columns, and of the next tile's inputs only the first column is lost.
fn is_in_order(op: &Conv2d, operands: &Operands<'_>) -> bool {
    let same_channels = operands.input.shape.channels == operands.output.shape.channels;
    operands.are_apart() || same_channels && op.window.padding.left <= 1 && operands.channels_are_apart()
}

/// The stages of a layer, each of which is computed when it is needed: all of them would take memory.
#[derive(Debug)]
struct Stages {
    zero_point: i8,
    fan_in: usize,
}

impl Stages {
    /// Where all of them exist, and all sums are below the limit.
    fn new(parameters: &Parameters<'_>, operands: &Operands<'_>, fan_in: usize) -> Option<Self> {
        let Rounding::Double = operands.rounding else { return None };
        let room = LIMIT.checked_sub(u32::try_from(fan_in).ok()?.checked_mul(255 * 128)?)?;
        let stages = Self { zero_point: operands.output.quantization.zero_point, fan_in };
        let mut channels = parameters.channels();
        let exist = (0..channels.len() / CHANNELS).all(|pair| stages.pair(parameters, pair).is_some());
        (exist && channels.all(|channel| channel.bias.unsigned_abs() < room)).then_some(stages)
    }

    fn pair(&self, parameters: &Parameters<'_>, pair: usize) -> Option<PairStage> {
        let channels = [parameters.channel(CHANNELS * pair), parameters.channel(CHANNELS * pair + 1)];
        PairStage::new(self.zero_point, channels, self.fan_in)
    }
}

/// What lies in scratch memory, `360 * in_channels + 1152` bytes, and `6 * in_channels` where rows of tiles are cut. With
/// int4 weights, 1152 is `576 + 18 * in_channels` where that is more.
struct Memory<'a> {
    words: usize,
    layout: FilterLayout,
    /// `[POINTS, POINTS, words, TILES]`.
    inputs: &'a mut [u32],
    /// `[POINTS / 2, POINTS, words, CHANNELS]`.
    weights: &'a mut [u32],
    /// [`Sums`] of `[POSITIONS]`. Before there are any, real zeros stand there; before there are lower ones, the weights
    /// that are unpacked of four bits, for which there may be more.
    sums: &'a mut [u32],
    /// The first column of the next tile, `[POINTS, in_channels]`.
    next: &'a mut [i8],
}

impl<'a> Memory<'a> {
    fn split(scratch: &'a mut [u32], layout: FilterLayout, in_channels: usize, rows_are_cut: bool) -> Option<Self> {
        let words = in_channels / 2;
        let unpacked = if INT4 && layout == FilterLayout::Int4 { KERNEL * KERNEL * words } else { 0 };
        let (inputs, rest) = scratch.split_at_mut_checked(POSITIONS * words * TILES)?;
        let (weights, rest) = rest.split_at_mut_checked(POSITIONS / 2 * words * CHANNELS)?;
        let (sums, rest) = rest.split_at_mut_checked(HALF + HALF.max(unpacked))?;
        let rest: &mut [i8] = bytemuck::cast_slice_mut(rest);
        let (next, _) = rest.split_at_mut_checked(if rows_are_cut { POINTS * in_channels } else { 0 })?;
        Some(Self { words, layout, inputs, weights, sums, next })
    }

    /// Bytes of the weights of two channels in the file.
    fn filter_bytes(&self) -> usize {
        Weights::new(self.layout, &mut []).pair_bytes(KERNEL * KERNEL * CHANNELS * 2 * self.words)
    }

    /// Transforms the inputs of the tiles from `first` on, and keeps the column that the next ones would lose.
    fn load(&mut self, tiles: &Tiles, first: usize, operands: &Operands<'_>) -> Option<()> {
        let input = operands.read()?;
        let pixel = 2 * self.words;
        let outside = self.sums.get_mut(..POINTS * self.words / 2)?;
        outside.fill(u32::from_ne_bytes([input.zero_point.cast_unsigned(); 4]));
        let outside: &[i8] = bytemuck::cast_slice(outside);
        for tile in 0..TILES.min(tiles.count - first) {
            let patch = tiles.inputs(first + tile, input.shape);
            let Range { mut start, end } = patch.columns;
            let mut column = patch.first_column;
            if tile == 0 && tiles.continues(first) && column == 0 && start < end {
                let kept =
                    core::array::from_fn(|row| self.next.get(row * pixel..(row + 1) * pixel).unwrap_or_default());
                blocks::transform_columns(kept, column, tile, self.words, self.inputs)?;
                [start, column] = [start + 1, column + 1];
            }
            let pixels = patch.rows(&(start..end), &input, outside.get(..(end - start) * pixel)?);
            blocks::transform_columns(pixels, column, tile, self.words, self.inputs)?;
            let beside = [outside.get(..pixel)?; POINTS];
            for column in (0..patch.first_column).chain(column + end - start..POINTS) {
                blocks::transform_columns(beside, column, tile, self.words, self.inputs)?;
            }
        }
        if tiles.continues(first + TILES) {
            let patch = tiles.inputs(first + TILES, input.shape);
            let column = patch.columns.start..patch.columns.start + 1;
            let pixels = patch.rows(&column, &input, outside.get(..pixel)?);
            for (kept, pixel) in self.next.chunks_exact_mut(pixel.max(1)).zip(pixels) {
                blocks::copy(pixel, kept)?;
            }
        }
        blocks::transform_rows(input.zero_point, self.words, self.inputs)
    }

    /// The sums of two channels at all positions.
    fn multiply(&mut self, filter: &[u8]) -> Option<()> {
        let (upper, lower) = self.sums.split_at_mut_checked(HALF)?;
        let mut weights = Weights::new(self.layout, lower);
        let filter = weights.pair(filter)?;
        blocks::transform_filter(filter, Half::Upper, self.weights)?;
        blocks::multiply_positions(self.inputs, self.weights, Half::Upper, bytemuck::cast_slice_mut(upper))?;
        blocks::transform_filter(filter, Half::Lower, self.weights)?;
        let lower = bytemuck::cast_slice_mut(lower.get_mut(..HALF)?);
        blocks::multiply_positions(self.inputs, self.weights, Half::Lower, lower)
    }

    /// Their outputs.
    fn store(
        &mut self,
        stage: &PairStage,
        tiles: &[Tile; TILES],
        output: &mut [i8],
        pitch: usize,
        stride: usize,
    ) -> Option<()> {
        let sums: &mut [Sums] = bytemuck::cast_slice_mut(self.sums.get_mut(..2 * HALF)?);
        blocks::transform_sums(sums.first_chunk_mut()?, stage, tiles, output, pitch, stride)
    }
}
