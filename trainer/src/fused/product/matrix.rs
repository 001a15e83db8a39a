//! Products of matrices that lie in memory by rows or by columns.

use rayon::prelude::*;

use crate::fused::kernels::{Kernels, Left, Onto, Panel};
use crate::fused::panels::{Panels, pack};

/// A matrix that is read where it lies: its number at (i, j) is `numbers[i * row + j * column]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// Inner indices whose share of a panel stays in the first cache.
const DEPTH: usize = 256;
/// Rows of the product that are computed together.
const ROWS: usize = 96;

impl Matrix<'_> {
    pub(super) fn transposed(self) -> Self {
        Self { rows: self.columns, columns: self.rows, row: self.column, column: self.row, ..self }
    }

    fn size(self) -> usize {
        self.rows * self.columns
    }

    /// Whether `right.transposed().times(self.transposed())` moves fewer numbers than `self.times(right)`.
    pub(super) fn is_better_flipped(self, right: Matrix<'_>) -> bool {
        right.column != 1 && self.size() < right.size()
    }

    /// `self * right`, without gaps, `[rows, columns]`.
    pub(super) fn times(self, right: Matrix<'_>) -> Vec<f32> {
        debug_assert_eq!(self.columns, right.rows);
        let mut product = vec![0.0; self.rows * right.columns];
        if product.is_empty() || right.rows == 0 {
            return product;
        }
        let kernels = Kernels::found();
        // Few rows: threads share the columns. Many: they share the rows, and the right side is packed once for all.
        if self.rows <= 2 * ROWS {
            let width = kernels.width;
            let panels = (0..right.columns.div_ceil(width)).into_par_iter();
            let panels =
                panels.map_init(Vec::new, |room, panel| self.times_columns(kernels, right, panel * width, room));
            let panels: Vec<Vec<f32>> = panels.collect();
            product.par_chunks_mut(right.columns).enumerate().for_each(|(row, product)| {
                for (to, panel) in product.chunks_mut(width).zip(&panels) {
                    to.copy_from_slice(&panel[row * to.len()..][..to.len()]);
                }
            });
        } else {
            let row = |k: usize| k * right.row;
            let panels = Panels::new(kernels, right.numbers, [right.rows, right.columns], row, right.column);
            let blocks = product.par_chunks_mut(ROWS * right.columns).enumerate();
            blocks.for_each_init(Vec::new, |room, (block, product)| {
                let first = block * ROWS;
                let rows = ROWS.min(self.rows - first);
                let left = Matrix { numbers: &self.numbers[first * self.row..], rows, ..self };
                left.times_panels(kernels, &panels, right.columns, room, product);
            });
        }
        product
    }

    /// The product with the columns of one panel, without gaps.
    fn times_columns(self, kernels: &Kernels, right: Matrix<'_>, first: usize, room: &mut Vec<f32>) -> Vec<f32> {
        let columns = kernels.width.min(right.columns - first);
        let width = kernels.width_for(columns);
        let mut product = vec![0.0; self.rows * columns];
        for begin in (0..right.rows).step_by(DEPTH) {
            let length = DEPTH.min(right.rows - begin);
            room.resize(DEPTH * width, 0.0);
            for (packed, k) in room.chunks_exact_mut(width).zip(begin..begin + length) {
                let from = &right.numbers[k * right.row + first * right.column..];
                pack(&mut packed[..columns], from, right.column);
            }
            let panel = Panel { numbers: room, row: width, width, columns };
            kernels.multiply(self.part(begin, length), panel, (&mut product, columns), self.rows, onto(begin));
        }
        product
    }

    /// The product of a few rows with all panels.
    fn times_panels(
        self,
        kernels: &Kernels,
        panels: &Panels,
        columns: usize,
        room: &mut Vec<f32>,
        product: &mut [f32],
    ) {
        for begin in (0..self.columns).step_by(DEPTH) {
            let length = DEPTH.min(self.columns - begin);
            let mut left = self.part(begin, length);
            if self.row == 1 {
                room.clear();
                for k in 0..length {
                    room.extend_from_slice(&left.numbers[k * self.column..][..self.rows]);
                }
                left = Left { numbers: room, inner: self.rows, ..left };
            }
            for (first, panel) in panels.iter() {
                let panel = Panel { numbers: &panel.numbers[begin * panel.row..], ..panel };
                kernels.multiply(left, panel, (&mut product[first..], columns), self.rows, onto(begin));
            }
        }
    }

    /// Some of the inner indices.
    fn part(&self, begin: usize, length: usize) -> Left<'_> {
        let numbers = &self.numbers[begin * self.column..];
        Left { numbers, row: self.row, inner: self.column, segment: 0, segments: 1, length }
    }
}

/// Sums go on after their first part.
fn onto(begin: usize) -> Onto {
    if begin == 0 { Onto::Nothing } else { Onto::Output }
}
