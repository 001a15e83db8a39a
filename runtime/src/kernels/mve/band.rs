//! Convolution of whole vectors of channels: the rows of inputs that a row of outputs needs are copied once, in the order of
//! the filter, and windows are read where they lie.

use dim_model_format::{Conv2d, FilterLayout};

use super::int4_tile::int4_tile;
use super::tile::{Windows, tile};
use super::vectors::{LANES, permute};
use crate::kernels::paired::{Weights, int4};
use crate::kernels::scratch::paired::PIXELS;
use crate::operands::Operands;
use crate::requantize::PairStage;

/// The rows, with the padding beside them.
#[derive(Debug)]
pub(super) struct Band<'a> {
    /// `[rows, columns, channels]`.
    values: &'a mut [i8],
    windows: Windows,
    stride: usize,
    top: usize,
    left: usize,
}

impl<'a> Band<'a> {
    /// Where rows of windows are whole vectors, memory suffices, and an output row has four pixels, or so many of them that
    /// computing the last ones twice is an eighth more at most.
    #[inline(never)]
    pub(super) fn new(op: &Conv2d, operands: &Operands<'_>, memory: &'a mut [i8]) -> Option<Self> {
        let input = operands.input.shape;
        let channels = usize::from(input.channels);
        let [rows, width] = op.window.kernel.map(usize::from);
        let [stride, step] = op.window.stride.map(usize::from);
        let padding = op.window.padding;
        let columns = usize::from(input.width) + usize::from(padding.left) + usize::from(padding.right);
        let width_of_output = usize::from(operands.output.shape.width);
        let fills_tiles =
            width_of_output >= PIXELS && 8 * width_of_output.next_multiple_of(PIXELS) <= 9 * width_of_output;
        let fits = channels.is_multiple_of(LANES) && fills_tiles;
        let pitch = columns * channels;
        let values = memory.get_mut(..rows * pitch).filter(|_| fits)?;
        let windows = Windows { step: step * channels, rows, row_bytes: width * channels, pitch };
        Some(Self { values, windows, stride, top: padding.top.into(), left: usize::from(padding.left) * channels })
    }

    /// Computes all outputs; `pair` is memory for the weights of two channels.
    #[inline(never)]
    pub(super) fn run(
        self,
        layout: FilterLayout,
        filter: &[u8],
        pair: &mut [u32],
        stages: &[PairStage],
        operands: &mut Operands<'_>,
    ) -> Option<()> {
        let Windows { step, rows, row_bytes, pitch } = self.windows;
        let filter_step = Weights::new(layout, pair).pair_bytes(2 * rows * row_bytes);
        let pair: &mut [u8] = bytemuck::cast_slice_mut(pair);
        let [height, width, channels] =
            [operands.output.shape.height, operands.output.shape.width, operands.output.shape.channels]
                .map(usize::from);
        let zero_point = operands.input.quantization.zero_point;
        self.values.fill(zero_point);
        for y in 0..height {
            let input = operands.read()?;
            let columns = 0..usize::from(input.shape.width);
            for (i, row) in self.values.chunks_exact_mut(pitch.max(1)).enumerate() {
                let row = row.get_mut(self.left..)?;
                match (y * self.stride + i).checked_sub(self.top).filter(|y| *y < usize::from(input.shape.height)) {
                    Some(y) => permute(input.row(y, &columns)?, row)?,
                    None => row.fill(zero_point),
                }
            }
            let output = operands.write()?.values.get_mut(y * width * channels..)?;
            // The last four overlap the ones before and compute the same once more.
            for x in (0..width).step_by(PIXELS).map(|x| x.min(width - PIXELS)) {
                let inputs = self.values.get(x * step..)?;
                let target = output.get_mut(x * channels..)?;
                if int4::INT4 && layout == FilterLayout::Int4 {
                    int4_tile((inputs, self.windows), filter, filter_step, pair, stages, target)?;
                } else {
                    tile(inputs, self.windows, filter, filter_step, stages, target, channels)?;
                }
            }
        }
        Some(())
    }
}
