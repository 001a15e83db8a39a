//! The transform of the weights, `G g G^T` without its denominators: first of every column of a kernel, then of every row.

use super::packed::{halves, widen};
use crate::kernels::scratch::winograd::{CHANNELS, Half, KERNEL, POINTS};

/// Writes the weights of two output channels at half of the positions.
///
/// # Shapes
/// `filter` `[KERNEL, KERNEL, words, 4]`, `weights` `[POINTS / 2, POINTS, words, CHANNELS]`.
#[inline(never)]
pub(crate) fn transform_filter(filter: &[u8], half: Half, weights: &mut [u32]) -> Option<()> {
    let words = filter.len() / (4 * KERNEL * KERNEL);
    let length = words * CHANNELS;
    for column in 0..KERNEL {
        transform_column(filter, half, column, words, weights)?;
    }
    for row in weights.chunks_exact_mut((POINTS * length).max(1)) {
        let mut columns = row.chunks_exact_mut(length.max(1)).map(|column| column.get_mut(..length));
        let mut column = || columns.next().flatten();
        let [a, b, c, d, e, f] = [column()?, column()?, column()?, column()?, column()?, column()?];
        for i in 0..length {
            let [first, second, third] = [a[i], b[i], c[i]];
            let [t, u] = around(first.wrapping_add(third), second);
            let [v, w] = around(first.wrapping_add(third << 2), second << 1);
            [a[i], b[i], c[i]] = [halves(first), halves(t), halves(u)];
            [d[i], e[i], f[i]] = [halves(v), halves(w), halves(third)];
        }
    }
    Some(())
}

/// Writes three rows of a column of the kernel, of which the rows are made later.
fn transform_column(filter: &[u8], half: Half, column: usize, words: usize, weights: &mut [u32]) -> Option<()> {
    let mut taps = filter.chunks_exact((4 * KERNEL * words).max(1));
    let mut tap = || taps.next()?.get(4 * column * words..)?.as_chunks::<4>().0.get(..words);
    let [a, b, c] = [tap()?, tap()?, tap()?];
    let mut rows = weights.chunks_exact_mut((POINTS * words * CHANNELS).max(1));
    let mut row = || rows.next()?.get_mut(column * words * CHANNELS..)?.as_chunks_mut::<CHANNELS>().0.get_mut(..words);
    let [t, u, v] = [row()?, row()?, row()?];
    for i in 0..words {
        let [a, b, c] = [a[i], b[i], c[i]].map(widen);
        for o in 0..CHANNELS {
            let [a, b, c] = [a[o], b[o], c[o]];
            match half {
                Half::Upper => {
                    t[i][o] = a;
                    [u[i][o], v[i][o]] = around(a.wrapping_add(c), b);
                }
                Half::Lower => {
                    [t[i][o], u[i][o]] = around(a.wrapping_add(c << 2), b << 1);
                    v[i][o] = c;
                }
            }
        }
    }
    Some(())
}

/// Sum and difference.
#[inline]
const fn around(a: u32, b: u32) -> [u32; 2] {
    [a.wrapping_add(b), a.wrapping_sub(b)]
}
