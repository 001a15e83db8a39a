//! Matrix products, tile by tile, in the widest vectors that the processor has.
//!
//! Every sum is one chain of fused multiply-adds, `sum = fma(left, right, sum)`, in the order of the inner index. So it has
//! the same bits whatever vectors the processor has and however rows and columns are cut into tiles.
#![allow(unsafe_code, reason = "functions for an instruction set, called after checking what they access")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod blocks;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
mod tile;

use std::sync::LazyLock;

pub(super) use blocks::in_blocks;
pub(super) use tile::Kernels;
use tile::{Operands, Tiles};

/// Most columns of a panel.
const WIDEST: usize = 32;
/// Most rows of a tile.
const TALLEST: usize = 12;

/// The left side: `numbers[i * row + s * segment + k * inner]` for row i of the product and inner index k of segment s.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) row: usize,
    pub(super) segment: usize,
    pub(super) inner: usize,
    pub(super) segments: usize,
    /// Of a segment.
    pub(super) length: usize,
}

impl Left<'_> {
    /// Inner indices of all segments.
    pub(super) fn depth(&self) -> usize {
        self.segments * self.length
    }

    /// Numbers that a product of so many rows reads beyond the first.
    fn reach(&self, rows: usize) -> usize {
        (rows - 1) * self.row + (self.segments - 1) * self.segment + (self.length - 1) * self.inner
    }
}

/// Some columns of the right side: `numbers[k * row + j]` for inner index k, segments included, and column j.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panel<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) row: usize,
    /// Numbers of a row that may be read: [`Kernels::width`] or half of it.
    pub(super) width: usize,
    /// Of these, the first that are columns of the product.
    pub(super) columns: usize,
}

/// Whether a product replaces what is in the output or is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Onto {
    Nothing,
    Output,
}

impl Kernels {
    /// Those for this processor, or those that the variable `DIM_VECTORS` names: `avx2` on a processor that has more, to
    /// measure what others do.
    pub(super) fn found() -> &'static Self {
        static FOUND: LazyLock<&Kernels> = LazyLock::new(|| {
            let (all, wanted) = (Kernels::all(), std::env::var("DIM_VECTORS").ok());
            let named = all.iter().find(|kernels| wanted.as_deref() == Some(kernels.name));
            *named.unwrap_or(&all[0])
        });
        *FOUND
    }

    /// All that this processor can run, the fastest first.
    fn all() -> Vec<&'static Self> {
        let mut all: Vec<&Self> = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if has_avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512bw")
            {
                all.push(&avx512::KERNELS);
            }
            if has_avx2 {
                all.push(&avx2::KERNELS);
            }
        }
        #[cfg(target_arch = "aarch64")]
        all.push(&neon::KERNELS);
        all.push(&portable::KERNELS);
        all
    }

    /// The width of a panel for so many columns, of which it has the first.
    pub(super) fn width_for(&self, columns: usize) -> usize {
        if columns > self.width / 2 { self.width } else { self.width / 2 }
    }

    /// `left * panel` for `rows` rows, into `output[i * output_row + j]`.
    ///
    /// # Panics
    /// If a slice is too short for it.
    pub(super) fn multiply(
        &self,
        left: Left<'_>,
        panel: Panel<'_>,
        (output, output_row): (&mut [f32], usize),
        rows: usize,
        onto: Onto,
    ) {
        let (depth, is_full) = (left.depth(), panel.width == self.width);
        if rows == 0 || panel.columns == 0 {
            return;
        }
        assert!(is_full || panel.width == self.width / 2, "a panel {} wide", panel.width);
        assert!(panel.columns <= panel.width && depth > 0, "{} columns, {depth} inner", panel.columns);
        assert!(left.reach(rows) < left.numbers.len(), "the left side is too short");
        assert!((depth - 1) * panel.row + panel.width <= panel.numbers.len(), "the panel is too short");
        assert!((rows - 1) * output_row + panel.columns <= output.len(), "the output is too short");
        let mut operands = Operands {
            left: left.numbers.as_ptr(),
            left_row: left.row,
            left_inner: left.inner,
            left_segment: left.segment,
            right: panel.numbers.as_ptr(),
            right_row: panel.row,
            output: output.as_mut_ptr(),
            output_row,
            segments: left.segments,
            length: left.length,
            adds: onto == Onto::Output,
        };
        let mut first = 0;
        while first < rows {
            let tiles = self.tiles_for(rows - first);
            let tile = if is_full { tiles.full } else { tiles.half };
            operands.left = left.numbers[first * left.row..].as_ptr();
            let output = &mut output[first * output_row..];
            if panel.columns == panel.width {
                operands.output = output.as_mut_ptr();
                // SAFETY: the assertions hold for these rows too, and the processor has the instructions.
                unsafe { tile(&operands) };
            } else {
                let mut whole = [0.0_f32; WIDEST * TALLEST];
                let rows = || (0..tiles.rows).map(|row| (row * output_row, row * panel.width));
                for (of_output, of_whole) in rows() {
                    whole[of_whole..][..panel.columns].copy_from_slice(&output[of_output..][..panel.columns]);
                }
                // SAFETY: as above, and the whole tile fits the buffer.
                unsafe { tile(&Operands { output: whole.as_mut_ptr(), output_row: panel.width, ..operands }) };
                for (of_output, of_whole) in rows() {
                    output[of_output..][..panel.columns].copy_from_slice(&whole[of_whole..][..panel.columns]);
                }
            }
            first += tiles.rows;
        }
    }

    /// The tiles to take next when so many rows are left: as few as hold them, and these as equal as can be. A tile of few rows
    /// has too few sums to keep the processor busy, and takes as long as one of twice as many.
    fn tiles_for(&self, rows: usize) -> &Tiles {
        let count = rows.div_ceil(self.tiles.len());
        &self.tiles[rows.div_ceil(count) - 1]
    }
}

/// Runs plain loops as the compiler makes them for the widest vectors of this processor. It fuses and reorders nothing, so
/// their bits are the same on any.
pub(super) fn widest<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    match Kernels::found().name {
        // SAFETY: kernels are found where the processor has their instructions.
        "avx512" => return unsafe { avx512::run(work) },
        // SAFETY: as above.
        "avx2" => return unsafe { avx2::run(work) },
        _ => {}
    }
    work()
}

#[cfg(test)]
mod tests;
