//! The transformed inputs of four tiles.

use core::array;

use super::colours::{COLOURS, pad_pixels};
use super::tiles::{Patch, Tiles};
use crate::kernels::blocks;
use crate::kernels::scratch::winograd::{POINTS, POSITIONS, TILES};
use crate::operands::{Map, Operands};

/// Memory of transformed inputs.
pub(super) struct Inputs<'a> {
    /// Of the input, and words for two channels each.
    channels: usize,
    words: usize,
    /// `[POINTS, POINTS, words, TILES]`.
    values: &'a mut [u32],
    /// The first column of the next tile, `[POINTS, channels]`.
    next: &'a mut [i8],
}

impl<'a> Inputs<'a> {
    /// The memory, and what it leaves of scratch memory.
    pub(super) fn split(scratch: &'a mut [u32], channels: usize, rows_are_cut: bool) -> Option<(Self, &'a mut [u32])> {
        let words = channels.div_ceil(4) * 2;
        let (values, rest) = scratch.split_at_mut_checked(POSITIONS * words * TILES)?;
        let (next, rest) = rest.split_at_mut_checked(if rows_are_cut { POINTS * words / 2 } else { 0 })?;
        Some((Self { channels, words, values, next: bytemuck::cast_slice_mut(next) }, rest))
    }

    pub(super) fn values(&self) -> &[u32] {
        self.values
    }

    /// Transforms the inputs of the tiles from `first` on, and keeps the column that the next ones would lose. What lies
    /// outside of the map is written to `spare`, and pixels of three channels.
    pub(super) fn load(
        &mut self,
        tiles: &Tiles,
        first: usize,
        operands: &Operands<'_>,
        spare: &mut [u32],
    ) -> Option<()> {
        let input = operands.read()?;
        let outside = u32::from_ne_bytes([input.zero_point.cast_unsigned(); 4]);
        let patches = (0..TILES.min(tiles.count - first)).map(|tile| (tile, tiles.inputs(first + tile, input.shape)));
        if self.channels == COLOURS {
            let pixels = spare.as_chunks_mut().0.first_chunk_mut()?;
            for (tile, patch) in patches {
                pad_pixels(&patch, &input, outside, pixels)?;
                let rows = pixels.each_ref().map(|row| bytemuck::cast_slice(row));
                blocks::transform_columns(rows, 0, tile, self.words, self.values)?;
            }
        } else {
            let spare = spare.get_mut(..POINTS * self.words / 2)?;
            spare.fill(outside);
            let outside = bytemuck::cast_slice(spare);
            for (tile, patch) in patches {
                self.transform(&patch, &input, tile, tile == 0 && tiles.continues(first), outside)?;
            }
            if tiles.continues(first + TILES) {
                self.keep(&tiles.inputs(first + TILES, input.shape), &input, outside)?;
            }
        }
        blocks::transform_rows(input.zero_point, self.words, self.values)
    }

    /// The columns of a tile, the first of which has been kept if it `continues`.
    fn transform(
        &mut self,
        patch: &Patch,
        input: &Map<'_>,
        tile: usize,
        continues: bool,
        outside: &[i8],
    ) -> Option<()> {
        let pixel = self.channels;
        let [mut start, end] = [patch.columns.start, patch.columns.end];
        let mut column = patch.first_column;
        if continues && column == 0 && start < end {
            let kept = array::from_fn(|row| self.next.get(row * pixel..(row + 1) * pixel).unwrap_or_default());
            blocks::transform_columns(kept, column, tile, self.words, self.values)?;
            [start, column] = [start + 1, column + 1];
        }
        let pixels = patch.rows(&(start..end), input, outside.get(..(end - start) * pixel)?);
        blocks::transform_columns(pixels, column, tile, self.words, self.values)?;
        let beside = [outside.get(..pixel)?; POINTS];
        for column in (0..patch.first_column).chain(column + end - start..POINTS) {
            blocks::transform_columns(beside, column, tile, self.words, self.values)?;
        }
        Some(())
    }

    fn keep(&mut self, patch: &Patch, input: &Map<'_>, outside: &[i8]) -> Option<()> {
        let column = patch.columns.start..patch.columns.start + 1;
        let pixels = patch.rows(&column, input, outside.get(..self.channels)?);
        for (kept, pixel) in self.next.chunks_exact_mut(self.channels.max(1)).zip(pixels) {
            blocks::copy(pixel, kept)?;
        }
        Some(())
    }
}
