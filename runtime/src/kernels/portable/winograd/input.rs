//! The transform of the inputs, `B^T d B`: first of every column of a tile, then of every row.

use super::packed::{ONES, halves, widen_shifted};
use crate::kernels::scratch::winograd::{POINTS, POSITIONS, TILES};

/// What the tiles have in a word, at each position.
type Block = [[u32; TILES]; POSITIONS];

/// Writes columns of tile `tile` from `column` on, whose rows are given from the top to the bottom.
///
/// # Shapes
/// `inputs` `[words, POINTS, POINTS, TILES]`; each of `pixels` `[columns, 2 * words]`.
#[inline(never)]
pub(crate) fn transform_columns(
    pixels: [&[i8]; POINTS],
    column: usize,
    tile: usize,
    words: usize,
    inputs: &mut [u32],
) -> Option<()> {
    let blocks: &mut [Block] = inputs.as_chunks_mut().0.as_chunks_mut().0;
    let mut rows = pixels.map(|row| row.chunks_exact((2 * words).max(1)));
    for column in column..POINTS {
        let [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)] = rows.each_mut().map(Iterator::next) else { break };
        transform_column([a, b, c, d, e, f], column, tile, blocks)?;
    }
    Some(())
}

/// A column of all channels.
#[inline]
fn transform_column(pixels: [&[i8]; POINTS], column: usize, tile: usize, blocks: &mut [Block]) -> Option<()> {
    let [a, b, c, d, e, f] = pixels.map(|pixel| bytemuck::try_cast_slice::<i8, u32>(pixel).ok());
    let rows = a?.iter().zip(b?).zip(c?).zip(d?).zip(e?).zip(f?);
    let [column, tile] = [column % POINTS, tile % TILES];
    for ([first, second], (((((a, b), c), d), e), f)) in blocks.as_chunks_mut::<2>().0.iter_mut().zip(rows) {
        let quad = [*a, *b, *c, *d, *e, *f].map(widen_shifted);
        let values = [transform(quad.map(|[even, _]| even)), transform(quad.map(|[_, odd]| odd))];
        for (block, values) in [first, second].into_iter().zip(values) {
            for (row, value) in block.as_chunks_mut::<POINTS>().0.iter_mut().zip(values) {
                row[column][tile] = value;
            }
        }
    }
    Some(())
}

/// What is left to do when all columns of all tiles are there: the rows, and the zero point.
///
/// # Shapes
/// `inputs` as for [`transform_columns`].
#[inline(never)]
pub(crate) fn transform_rows(zero_point: i8, _words: usize, inputs: &mut [u32]) -> Option<()> {
    // The second row of the matrix adds up to -6, the others to zero. Numbers have 128 added.
    let offset = ((i32::from(zero_point) + 128) * 36).cast_unsigned() * ONES;
    let blocks: &mut [Block] = inputs.as_chunks_mut().0.as_chunks_mut().0;
    for block in blocks {
        for (i, row) in block.as_chunks_mut::<POINTS>().0.iter_mut().enumerate() {
            let offset = if i == 1 { offset } else { 0 };
            for tile in 0..TILES {
                let mut values = transform(row.each_ref().map(|words| words[tile]));
                values[1] = values[1].wrapping_sub(offset);
                for (words, value) in row.iter_mut().zip(values) {
                    words[tile] = halves(value);
                }
            }
        }
    }
    Some(())
}

/// `B^T d`, of two channels at once.
#[inline]
const fn transform([a, b, c, d, e, f]: [u32; POINTS]) -> [u32; POINTS] {
    let ce = e.wrapping_sub(c);
    let bd = d.wrapping_sub(b) << 1;
    [
        (a.wrapping_sub(c) << 2).wrapping_add(ce),
        d.wrapping_add(e).wrapping_sub(b.wrapping_add(c) << 2),
        e.wrapping_sub(d).wrapping_add(b.wrapping_sub(c) << 2),
        ce.wrapping_add(bd),
        ce.wrapping_sub(bd),
        f.wrapping_sub(d).wrapping_sub(bd << 1),
    ]
}
