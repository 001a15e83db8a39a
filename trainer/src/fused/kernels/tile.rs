//! One tile of a matrix product, written once and compiled for each instruction set.

/// What a tile reads and where it writes, in numbers of f32. The inner index runs over `segments` of `length` each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operands {
    pub(super) left: *const f32,
    /// From a row of the tile to the next.
    pub(super) left_row: usize,
    /// From an inner index to the next.
    pub(super) left_inner: usize,
    /// From a segment to the next.
    pub(super) left_segment: usize,
    pub(super) right: *const f32,
    /// From an inner index to the next, segments included.
    pub(super) right_row: usize,
    pub(super) output: *mut f32,
    /// From a row of the tile to the next.
    pub(super) output_row: usize,
    pub(super) segments: usize,
    pub(super) length: usize,
    /// Whether sums go on from what the output holds, or begin with 0.
    pub(super) adds: bool,
}

/// The tiles of an instruction set.
#[derive(Debug)]
pub(in crate::fused) struct Kernels {
    /// Of the instruction set.
    pub(super) name: &'static str,
    /// Columns of a whole panel.
    pub(in crate::fused) width: usize,
    /// With one row, two, and so on.
    pub(super) tiles: &'static [Tiles],
}

/// Tiles with so many rows.
#[derive(Debug)]
pub(super) struct Tiles {
    pub(super) rows: usize,
    /// As wide as a whole panel.
    pub(super) full: unsafe fn(&Operands),
    /// As wide as half a panel.
    pub(super) half: unsafe fn(&Operands),
}

/// `output[i][j] = fma(left[i][k], right[k][j], output[i][j])` for one inner index k after the other. All sums of the tile
/// stay in registers.
///
/// # Safety
/// All that [`Operands`] describes is inside of the memory that its pointers may access, for `ROWS` rows and
/// `VECTORS * WIDTH` columns.
#[inline(always)]
pub(super) unsafe fn tile<const WIDTH: usize, const VECTORS: usize, const ROWS: usize>(operands: &Operands) {
    let Operands { left, left_row, left_inner, left_segment, right, right_row, output, output_row, .. } = *operands;
    let mut sums = [[[0.0_f32; WIDTH]; VECTORS]; ROWS];
    // SAFETY: the caller's promise; unaligned reads and writes of whole vectors.
    unsafe {
        if operands.adds {
            for (row, sums) in sums.iter_mut().enumerate() {
                for (vector, sums) in sums.iter_mut().enumerate() {
                    *sums = output.add(row * output_row + vector * WIDTH).cast::<[f32; WIDTH]>().read();
                }
            }
        }
        let mut right = right;
        for segment in 0..operands.segments {
            let mut left = left.add(segment * left_segment);
            for _ in 0..operands.length {
                let mut factors = [[0.0_f32; WIDTH]; VECTORS];
                for (vector, factors) in factors.iter_mut().enumerate() {
                    *factors = right.add(vector * WIDTH).cast::<[f32; WIDTH]>().read();
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let number = *left.add(row * left_row);
                    for (sums, factors) in sums.iter_mut().zip(&factors) {
                        for (sum, factor) in sums.iter_mut().zip(factors) {
                            *sum = number.mul_add(*factor, *sum);
                        }
                    }
                }
                left = left.wrapping_add(left_inner);
                right = right.wrapping_add(right_row);
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            for (vector, sums) in sums.iter().enumerate() {
                output.add(row * output_row + vector * WIDTH).cast::<[f32; WIDTH]>().write(*sums);
            }
        }
    }
}

/// The tiles of an instruction set: of `$vectors` and of half as many vectors of `$width` numbers, with each of the given
/// numbers of rows; `$form` says for which instructions the compiler builds them.
macro_rules! tiles {
    (#[$form:meta] $width:literal, [$vectors:literal, $half:literal], [$($rows:literal),*]) => {
        &[$(
            $crate::fused::kernels::tile::Tiles {
                rows: $rows,
                full: {
                    #[$form]
                    unsafe fn tile(operands: &$crate::fused::kernels::tile::Operands) {
                        // SAFETY: the caller's promise.
                        unsafe { $crate::fused::kernels::tile::tile::<$width, $vectors, $rows>(operands) }
                    }
                    tile
                },
                half: {
                    #[$form]
                    unsafe fn tile(operands: &$crate::fused::kernels::tile::Operands) {
                        // SAFETY: the caller's promise.
                        unsafe { $crate::fused::kernels::tile::tile::<$width, $half, $rows>(operands) }
                    }
                    tile
                },
            }
        ),*]
    };
}
pub(super) use tiles;
