//! The inputs of a few output pixels, in the order in which a paired filter has its weights (`im2col`).

use dim_model_format::{Shape, Tensor, Window};

use crate::kernels::blocks;
use crate::kernels::scratch::paired::{PIXELS, Rows};
use crate::operands::Map;
use crate::window::{Axis, Span};

/// Loads windows of an input into scratch memory.
#[derive(Debug)]
pub(super) struct Windows<'a> {
    channels: usize,
    axes: [Axis; 2],
    kernel: [usize; 2],
    output: [usize; 2],
    /// Each window is one column, and the next one is the next window, also at the end of a row.
    is_dense: bool,
    /// Word `PIXELS * i + p` has inputs of pixel `p`.
    columns: &'a mut [u32],
    /// One window in bytes, where its rows do not fill whole words.
    window: &'a mut [u32],
}

impl<'a> Windows<'a> {
    /// The windows, and the scratch memory that they leave.
    pub(super) fn new(
        window: Window,
        input: &Tensor,
        output: Shape,
        scratch: &'a mut [u32],
    ) -> Option<(Self, &'a mut [u32])> {
        let axes = Axis::of(&window, input.shape);
        let is_dense = window.stride == [1, 1] && window.kernel == [1, 1];
        let kernel = [usize::from(window.kernel[0]), usize::from(window.kernel[1])];
        let quads = (kernel[0] * kernel[1] * usize::from(input.shape.channels)).div_ceil(4);
        let (columns, rest) = scratch.split_at_mut_checked(2 * PIXELS * quads)?;
        let window_words = if input.shape.channels.is_multiple_of(4) { 0 } else { quads };
        let (window, rest) = rest.split_at_mut_checked(window_words)?;
        // What fills up the last word stays.
        fill(window, input.quantization.zero_point);
        let output = [usize::from(output.height), usize::from(output.width)];
        let channels = input.shape.channels.into();
        Some((Self { channels, axes, kernel, output, is_dense, columns, window }, rest))
    }

    /// Products of one output element.
    pub(super) const fn fan_in(&self) -> usize {
        self.kernel[0] * self.kernel[1] * self.channels
    }

    /// The windows of output pixel `first`, counted row by row, and of those that follow; the last pixel stands for
    /// those behind it, and the first one for all if they are not `different`.
    #[inline(never)]
    pub(super) fn load(&mut self, input: &Map<'_>, first: usize, different: bool) -> Option<&mut [u32]> {
        let [height, width] = self.output;
        let [mut y, mut x] = [first / width.max(1), first % width.max(1)];
        if different && self.window.is_empty() && self.expand_line(input, first, y, x)? {
            return Some(self.columns);
        }
        for pixel in 0..PIXELS {
            let [rows, columns] = [self.axes[0].span(y), self.axes[1].span(x)];
            if self.window.is_empty() {
                self.expand(input, pixel, &rows, &columns)?;
            } else {
                self.gather(input, pixel, &rows, &columns)?;
            }
            x += usize::from(different);
            if x == width {
                [y, x] = if y + 1 == height { [y, x - 1] } else { [y + 1, 0] };
            }
        }
        Some(self.columns)
    }

    /// Windows that lie side by side without padding, a row of all of them at a time; `false` where they do not.
    fn expand_line(&mut self, input: &Map<'_>, first: usize, y: usize, x: usize) -> Option<bool> {
        let [output_height, output_width] = self.output;
        let [height, width] = self.kernel;
        let [vertical, horizontal] = self.axes;
        let [rows, columns] = [vertical.span(y), horizontal.span(x)];
        let side_by_side = if self.is_dense {
            first + PIXELS <= output_height * output_width
        } else {
            x + PIXELS <= output_width && horizontal.span(x + PIXELS - 1).input.len() == width
        };
        if !side_by_side || [rows.input.len(), columns.input.len()] != self.kernel {
            return Some(false);
        }
        let channels = self.channels;
        let pitch = usize::from(input.shape.width) * channels;
        let mut start = rows.input.start * pitch + columns.input.start * channels;
        let length = width * channels;
        for columns in self.columns.chunks_exact_mut((length / 2 * PIXELS).max(1)).take(height) {
            let values = input.from(start)?;
            let block = Rows { values, height: PIXELS, pitch: horizontal.stride() * channels, length };
            blocks::expand_rows(&block, input.zero_point, columns, 1)?;
            start += pitch;
        }
        Some(true)
    }

    /// Straight to its place; a number of channels that fills words keeps every row of the window aligned.
    fn expand(&mut self, input: &Map<'_>, pixel: usize, rows: &Span, columns: &Span) -> Option<()> {
        let channels = self.channels;
        let [height, width] = [rows.input.len(), columns.input.len()];
        let target = self.columns.get_mut(pixel..)?;
        if [height, width] != self.kernel {
            zero(target);
        }
        let pitch = usize::from(input.shape.width) * channels;
        let values = input.from(rows.input.start * pitch + columns.input.start * channels)?;
        let words = |columns: usize| columns * channels / 2 * PIXELS;
        let column_pitch = words(self.kernel[1]);
        let start = rows.kernel_start * column_pitch + words(columns.kernel_start);
        let block = Rows { values, height, pitch, length: width * channels };
        blocks::expand_rows(&block, input.zero_point, target.get_mut(start..)?, column_pitch)
    }

    /// Through a copy of the window in bytes, padding included.
    fn gather(&mut self, input: &Map<'_>, pixel: usize, rows: &Span, columns: &Span) -> Option<()> {
        let channels = self.channels;
        if [rows.input.len(), columns.input.len()] != self.kernel {
            fill(self.window, input.zero_point);
        }
        let window: &mut [i8] = bytemuck::cast_slice_mut(self.window);
        let window_rows = window.chunks_exact_mut((self.kernel[1] * channels).max(1)).skip(rows.kernel_start);
        let pitch = usize::from(input.shape.width) * channels;
        let length = columns.input.len() * channels;
        let values = input.from(rows.input.start * pitch + columns.input.start * channels)?;
        for (y, row) in (0..rows.input.len()).zip(window_rows) {
            let inputs = values.get(y * pitch..y * pitch + length)?;
            blocks::copy(inputs, row.get_mut(columns.kernel_start * channels..)?)?;
        }
        let block = Rows { values: window, height: 1, pitch: 0, length: window.len() };
        blocks::expand_rows(&block, input.zero_point, self.columns.get_mut(pixel..)?, 0)
    }
}

/// Real zero in every byte of a window, word by word: a call of `memset` takes longer.
#[inline(never)]
fn fill(window: &mut [u32], zero_point: i8) {
    let word = u32::from_ne_bytes([zero_point.cast_unsigned(); 4]);
    window.iter_mut().for_each(|target| *target = word);
}

/// Real zero in every word of one pixel.
#[inline(never)]
fn zero(words: &mut [u32]) {
    words.iter_mut().step_by(PIXELS).for_each(|word| *word = 0);
}
