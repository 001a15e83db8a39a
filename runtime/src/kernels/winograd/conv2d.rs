//! Convolution: four tiles at a time.

use dim_model_format::{Conv2d, FilterLayout, Parameters, Rounding};

use super::colours::COLOURS;
use super::memory::Memory;
use super::tiles::Tiles;
use crate::kernels::paired::{self, int4};
use crate::kernels::scratch::winograd::{CHANNELS, KERNEL, OUTPUTS, TILES};
use crate::operands::Operands;
use crate::requantize::{OutputStage, PairStage};

/// Sums of this magnitude would not come back from what they are computed as.
pub(crate) const LIMIT: u32 = 1 << 25;

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
    if !is_worth_it(op, layout, operands, tiles.count) || !is_in_order(op, operands) {
        return None;
    }
    let [in_channels, channels] = [operands.input.shape.channels, operands.output.shape.channels].map(usize::from);
    let fan_in = KERNEL * KERNEL * in_channels;
    let mut memory = Memory::split(scratch, layout, in_channels, channels, tiles.are_cut())?;
    let stages = Stages::new(parameters, operands, fan_in)?;
    let pitch = usize::from(operands.output.shape.width) * channels;
    let pair_bytes = int4::Weights::new(layout, &mut []).pair_bytes(CHANNELS * fan_in.next_multiple_of(4));
    for first in (0..tiles.count).step_by(TILES) {
        memory.load(&tiles, first, operands)?;
        let targets = core::array::from_fn(|tile| tiles.tile(first + tile));
        let output = operands.write()?.values;
        for (pair, filter) in parameters.filter.chunks_exact(pair_bytes.max(1)).enumerate() {
            let stage = stages.pair(parameters, pair)?;
            memory.multiply(pair, filter)?;
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
fn is_worth_it(op: &Conv2d, layout: FilterLayout, operands: &Operands<'_>, tiles: usize) -> bool {
    let [input, output] = [operands.input.shape, operands.output.shape];
    let channels = usize::from(input.channels);
    let fills_words = match layout {
        FilterLayout::Paired if channels == COLOURS => true,
        FilterLayout::Paired | FilterLayout::Int4 => channels >= 4 && channels.is_multiple_of(4),
        _ => false,
    };
    let computed = tiles.next_multiple_of(TILES) * OUTPUTS * OUTPUTS;
    let fills_tiles = 3 * usize::from(output.height) * usize::from(output.width) >= 2 * computed;
    is_3x3(op) && fills_words && output.channels.is_multiple_of(2) && fills_tiles
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
