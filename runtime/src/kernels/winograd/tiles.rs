//! Where the tiles of an output lie, and where their inputs.

use core::ops::Range;

use dim_model_format::{Padding, Shape};

use crate::kernels::scratch::winograd::{OUTPUTS, POINTS, TILES, Tile};
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

    /// Whether a row of tiles is computed in parts.
    pub(super) fn are_cut(&self) -> bool {
        !TILES.is_multiple_of(self.columns.max(1))
    }

    /// Whether a tile has one of the same row before it.
    pub(super) fn continues(&self, tile: usize) -> bool {
        tile < self.count && !tile.is_multiple_of(self.columns.max(1))
    }

    /// Where the inputs of a tile lie on the map.
    pub(super) fn inputs(&self, tile: usize, input: Shape) -> Patch {
        let [y, x] = self.origin(tile);
        let span = |from: usize, padding: u8, extent: u16| {
            let padding = usize::from(padding);
            let first = padding.saturating_sub(from).min(POINTS);
            let start = (from + first).saturating_sub(padding);
            (start..(from + POINTS - padding).min(extent.into()).max(start), first)
        };
        let [(rows, first_row), (columns, first_column)] =
            [span(y, self.padding.top, input.height), span(x, self.padding.left, input.width)];
        Patch { rows, first_row, columns, first_column }
    }
}

/// The inputs of a tile.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    /// Rows and columns of the map, and where the first of them stand in the tile.
    pub(super) rows: Range<usize>,
    pub(super) first_row: usize,
    pub(super) columns: Range<usize>,
    pub(super) first_column: usize,
}

impl Patch {
    /// Of each row the pixels in `columns` of the map, all channels of each; `outside` for a row outside of the map.
    pub(super) fn rows<'p>(&self, columns: &Range<usize>, input: &Map<'p>, outside: &'p [i8]) -> [&'p [i8]; POINTS] {
        let mut pixels = [outside; POINTS];
        for (pixels, y) in pixels.iter_mut().skip(self.first_row).zip(self.rows.clone()) {
            *pixels = input.row(y, columns).unwrap_or(outside);
        }
        pixels
    }
}
