//! Rows of an input with their padding, in the type that an instruction set multiplies.

use dim_model_format::{Shape, Window};

use crate::operands::Map;

/// Elements that may be read behind the last one; they are multiplied by weights that are zero.
pub(super) const SLACK: usize = 16;

/// The rows that some rows of output need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    /// From one output pixel to the next, in pixels of the input.
    stride: [usize; 2],
    /// Rows of the kernel.
    height: usize,
    padding: [usize; 2],
    /// Pixels of a row, padding included.
    columns: usize,
    /// Channels of the input.
    channels: usize,
    /// Elements of a pixel in the band, not less than channels.
    pixel: usize,
}

impl Band {
    /// A band of which each pixel takes `pixel` elements.
    pub(super) fn new(window: &Window, input: Shape, output: Shape, pixel: usize) -> Self {
        let [height, width] = window.kernel.map(usize::from);
        let stride = window.stride.map(usize::from);
        Self {
            stride,
            height,
            padding: [window.padding.top, window.padding.left].map(usize::from),
            columns: (usize::from(output.width).saturating_sub(1)) * stride[1] + width,
            channels: input.channels.into(),
            pixel,
        }
    }

    /// Elements from one row to the next.
    pub(super) const fn pitch(&self) -> usize {
        self.columns * self.pixel
    }

    /// Where the window of output pixel `x` of row `y`, counted from the band's first, starts.
    #[inline]
    pub(super) const fn start(&self, y: usize, x: usize) -> usize {
        (y * self.stride[0] * self.columns + x * self.stride[1]) * self.pixel
    }

    /// Rows of output whose inputs fit into `elements`; at least one, or `None`.
    pub(super) fn rows(&self, elements: usize) -> Option<usize> {
        let fitting = elements.checked_sub(SLACK)?.checked_div(self.pitch())?;
        Some(fitting.checked_sub(self.height)? / self.stride[0].max(1) + 1)
    }

    /// Writes the inputs of `rows` rows of output from row `first` on.
    pub(super) fn load<T: Copy>(
        &self,
        input: &Map<'_>,
        first: usize,
        rows: usize,
        target: &mut [T],
        convert: impl Fn(i8) -> T,
    ) -> Option<()> {
        let zero = convert(input.zero_point);
        let [height, width] = [input.shape.height, input.shape.width].map(usize::from);
        let [top, left] = self.padding;
        let inside = left..(left + width).min(self.columns);
        let needed = (rows.saturating_sub(1)) * self.stride[0] + self.height;
        let (band, slack) = target.split_at_mut_checked(needed * self.pitch())?;
        slack.get_mut(..SLACK)?.fill(zero);
        for (row, y) in band.chunks_exact_mut(self.pitch().max(1)).zip(first * self.stride[0]..) {
            let Some(y) = y.checked_sub(top).filter(|y| *y < height) else {
                row.fill(zero);
                continue;
            };
            let (before, rest) = row.split_at_mut_checked(inside.start * self.pixel)?;
            let (middle, after) = rest.split_at_mut_checked(inside.len() * self.pixel)?;
            before.fill(zero);
            after.fill(zero);
            let values = input.row(y, &(0..inside.len()))?;
            if self.pixel == self.channels {
                middle.iter_mut().zip(values).for_each(|(target, q)| *target = convert(*q));
            } else {
                let pixels = values.chunks_exact(self.channels.max(1));
                for (target, values) in middle.chunks_exact_mut(self.pixel.max(1)).zip(pixels) {
                    let (values_target, filling) = target.split_at_mut_checked(values.len())?;
                    values_target.iter_mut().zip(values).for_each(|(target, q)| *target = convert(*q));
                    filling.fill(zero);
                }
            }
        }
        Some(())
    }
}
