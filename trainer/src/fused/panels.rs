//! A matrix rearranged for products: all that a tile reads of it lies together.

use rayon::prelude::*;

use super::kernels::{Kernels, Panel};

/// The right side of a product, panel after panel; each is `[depth, width]`, filled up with zeros.
#[derive(Debug, Clone)]
pub(super) struct Panels {
    numbers: Vec<f32>,
    depth: usize,
    columns: usize,
    width: usize,
}

impl Panels {
    /// A matrix `[depth, columns]` whose number at (k, j) is `numbers[row(k) + j * column]`.
    pub(super) fn new(
        kernels: &Kernels,
        numbers: &[f32],
        [depth, columns]: [usize; 2],
        row: impl Fn(usize) -> usize + Sync,
        column: usize,
    ) -> Self {
        let width = kernels.width;
        let last = kernels.width_for(columns - (columns - 1) / width * width);
        let mut packed = vec![0.0; depth * ((columns - 1) / width * width + last)];
        packed.par_chunks_mut(depth * width).enumerate().for_each(|(panel, packed)| {
            let first = panel * width;
            let count = width.min(columns - first);
            for (k, packed) in packed.chunks_exact_mut(packed.len() / depth).enumerate() {
                pack(&mut packed[..count], &numbers[row(k) + first * column..], column);
            }
        });
        Self { numbers: packed, depth, columns, width }
    }

    /// Each with the column of the matrix that is its first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Panel<'_>)> {
        self.numbers.chunks(self.depth * self.width).enumerate().map(|(panel, numbers)| {
            let (first, width) = (panel * self.width, numbers.len() / self.depth);
            (first, Panel { numbers, row: width, width, columns: width.min(self.columns - first) })
        })
    }
}

/// Some numbers of a row, which are so far apart.
pub(super) fn pack(packed: &mut [f32], from: &[f32], apart: usize) {
    if apart == 1 {
        packed.copy_from_slice(&from[..packed.len()]);
    } else {
        packed.iter_mut().zip(from.iter().step_by(apart)).for_each(|(to, from)| *to = *from);
    }
}
