//! Pixels and channels that instructions compute together.

/// Output channels that are computed together.
pub(super) const CHANNELS: usize = 16;
/// Output pixels that are computed together.
pub(super) const PIXELS: usize = 8;

/// Output pixels, row by row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pixels {
    pub(super) height: usize,
    pub(super) width: usize,
    /// From the window of a pixel to that of the next, and from that of a row's first one to that of the next row's.
    pub(super) step: usize,
    pub(super) row_step: usize,
    /// From the first output of a pixel to that of the next.
    pub(super) stride: usize,
}

/// Of each pixel of a tile, where its window starts and where its outputs are.
pub(super) struct Tile {
    pub(super) starts: [usize; PIXELS],
    pub(super) places: [usize; PIXELS],
}

impl Pixels {
    /// [`PIXELS`] at a time; the last one stands for those behind it.
    #[inline]
    pub(super) fn tiles(self) -> impl Iterator<Item = Tile> {
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
