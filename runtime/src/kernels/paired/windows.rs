//! The inputs of a few output pixels, in the order in which a paired filter has its weights (`im2col`).

use core::ops::Range;

use dim_model_format::{Shape, Window};

use super::blocks;
use crate::kernels::{Axis, Map, Span};

/// Output pixels that are computed together.
pub(in crate::kernels) const PIXELS: usize = 4;

/// Loads windows of an input into scratch memory.
#[derive(Debug)]
pub(super) struct Windows<'a> {
    input: Map<'a>,
    axes: [Axis; 2],
    kernel: [usize; 2],
    output: [usize; 2],
    /// Word `PIXELS * i + p` has inputs of pixel `p`.
    columns: &'a mut [u32],
    /// One window in bytes, where its rows do not fill whole words.
    window: &'a mut [i8],
}

impl<'a> Windows<'a> {
    pub(super) fn new(window: Window, input: &Map<'a>, output: Shape, scratch: &'a mut [u32]) -> Self {
        let kernel = window.kernel.map(usize::from);
        let quads = (kernel[0] * kernel[1] * usize::from(input.shape.channels)).div_ceil(4);
        let (columns, rest) = scratch.split_at_mut(2 * PIXELS * quads);
        let window_words = if input.shape.channels.is_multiple_of(4) { 0 } else { quads };
        Self {
            input: *input,
            axes: Axis::of(&window, input.shape),
            kernel,
            output: [output.height, output.width].map(usize::from),
            columns,
            window: bytemuck::cast_slice_mut(&mut rest[..window_words]),
        }
    }

    /// Products of one output element.
    pub(super) fn fan_in(&self) -> usize {
        self.kernel[0] * self.kernel[1] * usize::from(self.input.shape.channels)
    }

    /// The windows of output pixel `first`, counted row by row, and of those that follow; the last pixel stands for
    /// those behind it, and the first one for all if they are not `different`.
    #[inline(never)]
    pub(super) fn load(&mut self, first: usize, different: bool) -> &[u32] {
        let [height, width] = self.output;
        let [mut y, mut x] = [first / width, first % width];
        for pixel in 0..PIXELS {
            let [rows, columns] = [self.axes[0].span(y), self.axes[1].span(x)];
            if self.window.is_empty() {
                self.expand(pixel, &rows, &columns)
            } else {
                self.gather(pixel, &rows, &columns)
            }
            x += usize::from(different);
            if x == width {
                [y, x] = if y + 1 == height { [y, x - 1] } else { [y + 1, 0] };
            }
        }
        self.columns
    }

    /// Row by row of the window; a number of channels that fills words keeps every row aligned.
    fn expand(&mut self, pixel: usize, rows: &Span, columns: &Span) {
        let words = self.kernel[1] * usize::from(self.input.shape.channels) / 4 * 2 * PIXELS;
        let inside = rows.kernel_start..rows.kernel_start + rows.input.len();
        let left = columns.kernel_start * usize::from(self.input.shape.channels) / 4 * 2 * PIXELS;
        for (i, row) in self.columns.chunks_exact_mut(words).enumerate() {
            if !inside.contains(&i) {
                zero(&mut row[pixel..]);
                continue;
            }
            let inputs = self.input.row(rows.input.start + i - inside.start, &columns.input);
            let right = left + inputs.len() * 2;
            zero_outside(row, pixel, left..right);
            blocks::expand::<PIXELS>(inputs, self.input.zero_point, &mut row[left + pixel..]);
        }
    }

    /// Through a copy of the window in bytes, padding included.
    fn gather(&mut self, pixel: usize, rows: &Span, columns: &Span) {
        let channels = usize::from(self.input.shape.channels);
        self.window.fill(self.input.zero_point);
        let row_bytes = self.kernel[1] * channels;
        let window_rows = self.window.chunks_exact_mut(row_bytes).skip(rows.kernel_start);
        for (y, row) in rows.input.clone().zip(window_rows) {
            let inputs = self.input.row(y, &columns.input);
            row[columns.kernel_start * channels..][..inputs.len()].copy_from_slice(inputs);
        }
        blocks::expand::<PIXELS>(self.window, self.input.zero_point, &mut self.columns[pixel..]);
    }
}

/// Real zero for a pixel in the part of a row that is padding.
fn zero_outside(row: &mut [u32], pixel: usize, inside: Range<usize>) {
    if inside.start > 0 {
        zero(&mut row[pixel..inside.start]);
    }
    if inside.end < row.len() {
        zero(&mut row[inside.end + pixel..]);
    }
}

/// Real zero in every word of one pixel.
fn zero(words: &mut [u32]) {
    words.iter_mut().step_by(PIXELS).for_each(|word| *word = 0);
}
