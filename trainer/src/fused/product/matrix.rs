//! Products of matrices that lie in memory by rows or by columns.

use rayon::prelude::*;

use crate::fused::kernels::{Kernels, Left, Onto, Panel};

/// A matrix that is read where it lies: its number at (i, j) is `numbers[i * row + j * column]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// Inner indices whose share of the right side stays in the first cache.
const DEPTH: usize = 256;
/// Rows of the product that are computed together.
const ROWS: usize = 96;

impl Matrix<'_> {
    pub(super) fn transposed(self) -> Self {
        Self { rows: self.columns, columns: self.rows, row: self.column, column: self.row, ..self }
    }

    /// Without gaps, `[rows, columns]`: `self * right`.
    pub(super) fn times(self, right: Matrix<'_>) -> Vec<f32> {
        debug_assert_eq!(self.columns, right.rows);
        let kernels = Kernels::found();
        let mut product = vec![0.0; self.rows * right.columns];
        if product.is_empty() || right.rows == 0 {
            return product;
        }
        // Each of the threads packs all of the right side, so where it is the larger one they share its columns.
        if self.rows < 2 * right.columns {
            let width = kernels.width;
            let panels = (0..right.columns.div_ceil(width)).into_par_iter().map_init(Vec::new, |room, panel| {
                let columns = width.min(right.columns - panel * width);
                let mut found = vec![0.0; self.rows * columns];
                self.times_panel(kernels, right, panel * width, room, (&mut found, columns));
                found
            });
            let panels: Vec<Vec<f32>> = panels.collect();
            product.par_chunks_mut(right.columns).enumerate().for_each(|(row, product)| {
                for (to, panel) in product.chunks_mut(width).zip(&panels) {
                    to.copy_from_slice(&panel[row * to.len()..][..to.len()]);
                }
            });
        } else {
            let blocks = product.par_chunks_mut(ROWS * right.columns).enumerate();
            blocks.for_each_init(Vec::new, |room, (block, product)| {
                let first = block * ROWS;
                let rows = ROWS.min(self.rows - first);
                let left = Matrix { numbers: &self.numbers[first * self.row..], rows, ..self };
                for first in (0..right.columns).step_by(kernels.width) {
                    left.times_panel(kernels, right, first, room, (&mut product[first..], right.columns));
                }
            });
        }
        product
    }

    /// Adds the product with some columns of `right` to the output, whose rows are so far apart.
    fn times_panel(
        self,
        kernels: &Kernels,
        right: Matrix<'_>,
        first: usize,
        room: &mut Vec<f32>,
        (output, output_row): (&mut [f32], usize),
    ) {
        let columns = kernels.width.min(right.columns - first);
        let width = kernels.width_for(columns);
        for begin in (0..right.rows).step_by(DEPTH) {
            let length = DEPTH.min(right.rows - begin);
            room.resize(DEPTH * width, 0.0);
            for (packed, k) in room.chunks_exact_mut(width).zip(begin..begin + length) {
                let from = &right.numbers[k * right.row + first * right.column..];
                if right.column == 1 {
                    packed[..columns].copy_from_slice(&from[..columns]);
                } else {
                    packed[..columns].iter_mut().zip(from.iter().step_by(right.column)).for_each(|(to, from)| *to = *from);
                }
            }
            let left = Left {
                numbers: &self.numbers[begin * self.column..],
                row: self.row,
                inner: self.column,
                segment: 0,
                segments: 1,
                length,
            };
            let panel = Panel { numbers: room, row: width, width, columns };
            kernels.multiply(left, panel, (&mut *output, output_row), self.rows, Onto::Output);
        }
    }
}
