//! The transform of the inputs, `B^T d B`: first of every column of a tile, then of every row.

use super::packed::{ONES, halves, widen_shifted};
use crate::kernels::scratch::winograd::{POINTS, TILES};

/// Writes columns of tile `tile` from `column` on, whose rows are given from the top to the bottom.
///
/// # Shapes
/// `inputs` `[POINTS, POINTS, words, TILES]`; each of `pixels` `[columns, 2 * words]`.
#[inline(never)]
pub(crate) fn transform_columns(
    pixels: [&[i8]; POINTS],
    column: usize,
    tile: usize,
    words: usize,
    inputs: &mut [u32],
) -> Option<()> {
    let quads = pixels[0].len() / 4;
    let [a, b, c, d, e, f] = pixels.map(|pixel| bytemuck::cast_slice::<i8, u8>(pixel).as_chunks::<4>().0.get(..quads));
    let [a, b, c, d, e, f] = [a?, b?, c?, d?, e?, f?];
    let mut rows = inputs.chunks_exact_mut((POINTS * words * TILES).max(1));
    let mut row = || {
        let row = rows.next()?.get_mut(column * words * TILES..)?;
        row.as_chunks_mut::<{ 2 * TILES }>().0.get_mut(..quads)
    };
    let [t, u, v, w, x, y] = [row()?, row()?, row()?, row()?, row()?, row()?];
    let [even, odd] = [tile % TILES, tile % TILES + TILES];
    for i in 0..quads {
        let quad = [a[i], b[i], c[i], d[i], e[i], f[i]].map(widen_shifted);
        [t[i][even], u[i][even], v[i][even], w[i][even], x[i][even], y[i][even]] =
            transform(quad.map(|[even, _]| even));
        [t[i][odd], u[i][odd], v[i][odd], w[i][odd], x[i][odd], y[i][odd]] = transform(quad.map(|[_, odd]| odd));
    }
    Some(())
}

/// What is left to do when all columns of all tiles are there: the rows, and the zero point.
///
/// # Shapes
/// `inputs` as for [`transform_columns`].
#[inline(never)]
pub(crate) fn transform_rows(zero_point: i8, words: usize, inputs: &mut [u32]) -> Option<()> {
    // Rows of the matrix add up to zero but the second one, to -6. Numbers have 128 added.
    let offset = (i32::from(zero_point) + 128) * 36;
    let length = words * TILES;
    for (i, row) in inputs.chunks_exact_mut((POINTS * length).max(1)).enumerate() {
        let offset = if i == 1 { offset.cast_unsigned() * ONES } else { 0 };
        let mut columns = row.chunks_exact_mut(length.max(1)).map(|column| column.get_mut(..length));
        let mut column = || columns.next().flatten();
        let [a, b, c, d, e, f] = [column()?, column()?, column()?, column()?, column()?, column()?];
        for i in 0..length {
            let [t, u, v, w, x, y] = transform([a[i], b[i], c[i], d[i], e[i], f[i]]);
            [a[i], b[i], c[i]] = [halves(t), halves(u.wrapping_sub(offset)), halves(v)];
            [d[i], e[i], f[i]] = [halves(w), halves(x), halves(y)];
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
