//! Where the tiles of an output lie, and where their inputs.

use core::ops::Range;

use dim_model_format::{Padding, Shape};

use crate::kernels::scratch::winograd::{OUTPUTS, POINTS, Tile};
use crate::operands::Map;

/// The tiles of an output, counted row by row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiles {
    output: Shape,
    padding: Padding,
    columns: usize,
    pub(super) count: usize,
}

impl Tiles {
    pub(super) fn new(output: Shape, padding: Padding) -> Self {
        let [rows, columns] = [output.height, output.width].map(|extent| usize::from(extent).div_ceil(OUTPUTS));
        Self { output, padding, columns, count: rows * columns }
    }

    /// The first output `[y, x]` of a tile.
    fn origin(&self, tile: usize) -> [usize; 2] {
        [tile / self.columns.max(1) * OUTPUTS, tile % self.columns.max(1) * OUTPUTS]
    }

    /// A tile on the output; one without pixels if there is none.
    pub(super) fn tile(&self, tile: usize) -> Tile {
        let [height, width, channels] = [self.output.height, self.output.width, self.output.channels].map(usize::from);
        let [y, x] = self.origin(tile);
        let inside = |from: usize, extent: usize| extent.saturating_sub(from).min(OUTPUTS);
        Tile { start: (y * width + x) * channels, height: inside(y, height), width: inside(x, width) }
    }

    /// Whether a tile has one of the same row before it.
    pub(super) fn continues(&self, tile: usize) -> bool {
        tile < self.count && !tile.is_multiple_of(self.columns.max(1))
    }

    /// The pixels of a column of a tile's inputs, all channels of each; `outside` for those outside of the map.
    pub(super) fn column<'p>(
        &self,
        tile: usize,
        column: usize,
        input: &Map<'p>,
        outside: &'p [i8],
    ) -> [&'p [i8]; POINTS] {
        let [height, width, channels] = [input.shape.height, input.shape.width, input.shape.channels].map(usize::from);
        let [y, x] = self.origin(tile);
        let [top, left] = [usize::from(self.padding.top), usize::from(self.padding.left)];
        let mut pixels = [outside; POINTS];
        let Some(x) = (x + column).checked_sub(left).filter(|x| *x < width) else { return pixels };
        let rows: Range<usize> = y.saturating_sub(top)..(y + POINTS - top).min(height);
        let above = top.saturating_sub(y);
        for (pixel, y) in pixels.iter_mut().skip(above).zip(rows) {
            *pixel =
                input.from((y * width + x) * channels).and_then(|values| values.get(..channels)).unwrap_or(outside);
        }
        pixels
    }
}
