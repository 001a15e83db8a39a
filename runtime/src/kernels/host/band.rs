//! Rows of an input with their padding, in the type that an instruction set multiplies.

use dim_model_format::{Shape, Window};

use crate::operands::Map;

/// Elements that may be read behind the last one; they are multiplied by weights that are zero.
const SLACK: usize = 16;
/// Bytes of the rows that are copied together, if one row of output does not need more.
pub(super) const BAND_BYTES: usize = 128 << 10;

/// The rows that some rows of output need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    /// From one output pixel to the next, in pixels of the input.
    stride: [usize; 2],
    /// Rows of the kernel.
    height: usize,
    /// Rows of output.
    rows: usize,
    padding: [usize; 2],
    /// Pixels of a row, padding included.
    columns: usize,
    /// Channels of the input.
    channels: usize,
    /// How often each channel is in the band.
    times: usize,
    /// Elements of a pixel in the band, not less than channels.
    pixel: usize,
}

impl Band {
    /// A band of which each pixel takes `pixel` elements, for an output of `[height, width]`.
    pub(super) fn new(window: &Window, input: Shape, output: [u16; 2], pixel: usize) -> Self {
        let [height, width] = window.kernel.map(usize::from);
        let stride = window.stride.map(usize::from);
        let [rows, columns] = output.map(usize::from);
        Self {
            stride,
            height,
            rows,
            padding: [window.padding.top, window.padding.left].map(usize::from),
            columns: columns.saturating_sub(1) * stride[1] + width,
            channels: input.channels.into(),
            times: 1,
            pixel,
        }
    }

    /// The same with each channel several times, one beside the other.
    pub(super) const fn repeated(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// Elements from one row to the next.
    pub(super) const fn pitch(&self) -> usize {
        self.columns * self.pixel
    }

    /// Pixels of a row.
    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// Pixels from one window to the next.
    pub(super) const fn stride(&self) -> usize {
        self.stride[1]
    }

    /// The first row of the windows of output row `y`, both counted from the band's first.
    pub(super) const fn first_row(&self, y: usize) -> usize {
        y * self.stride[0]
    }

    /// Where the window of output pixel `x` of row `y`, counted from the band's first, starts.
    pub(super) const fn start(&self, y: usize, x: usize) -> usize {
        (self.first_row(y) * self.columns + x * self.stride[1]) * self.pixel
    }

    /// Rows that so many rows of output need.
    pub(super) const fn rows_for(&self, rows: usize) -> usize {
        rows.saturating_sub(1) * self.stride[0] + self.height
    }

    /// Rows of output, at least one, whose inputs are in so many rows if there is more than one.
    pub(super) fn rows_within(&self, rows: usize) -> usize {
        let fitting = rows.saturating_sub(self.height) / self.stride[0].max(1) + 1;
        fitting.min(self.rows).max(1)
    }

    /// Rows of output whose inputs, of so many bytes each, are best copied together.
    pub(super) fn rows_at_once(&self, bytes: usize) -> usize {
        self.rows_within(BAND_BYTES / (self.pitch() * bytes).max(1))
    }

    /// Elements for so many rows of output.
    pub(super) const fn elements(&self, rows: usize) -> usize {
        self.rows_for(rows) * self.pitch() + SLACK
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
        let (band, slack) = target.split_at_mut_checked(self.rows_for(rows) * self.pitch())?;
        slack.get_mut(..SLACK)?.fill(convert(input.zero_point));
        for (y, row) in band.chunks_exact_mut(self.pitch().max(1)).enumerate() {
            self.load_row(input, first, y, row, &convert)?;
        }
        Some(())
    }

    /// Writes row `y` of a band whose first row of output is `first`.
    pub(super) fn load_row<T: Copy>(
        &self,
        input: &Map<'_>,
        first: usize,
        y: usize,
        row: &mut [T],
        convert: impl Fn(i8) -> T,
    ) -> Option<()> {
        let zero = convert(input.zero_point);
        let [height, width] = [input.shape.height, input.shape.width].map(usize::from);
        let [top, left] = self.padding;
        let inside = left..(left + width).min(self.columns);
        let Some(y) = (self.first_row(first) + y).checked_sub(top).filter(|y| *y < height) else {
            row.fill(zero);
            return Some(());
        };
        let (before, rest) = row.split_at_mut_checked(inside.start * self.pixel)?;
        let (middle, after) = rest.split_at_mut_checked(inside.len() * self.pixel)?;
        before.fill(zero);
        after.fill(zero);
        let values = input.row(y, &(0..inside.len()))?;
        if self.pixel == self.channels {
            middle.iter_mut().zip(values).for_each(|(target, q)| *target = convert(*q));
        } else {
            middle.fill(zero);
            let pixels = values.chunks_exact(self.channels.max(1));
            for (target, values) in middle.chunks_exact_mut(self.pixel.max(1)).zip(pixels) {
                // Eight channels are as many as the narrowest layers have.
                match (self.times, target.first_chunk_mut::<8>(), values.as_array::<8>()) {
                    (1, Some(target), Some(values)) => *target = values.map(&convert),
                    (1, ..) => target.iter_mut().zip(values).for_each(|(target, q)| *target = convert(*q)),
                    (times, ..) => {
                        for (target, q) in target.chunks_exact_mut(times.max(1)).zip(values) {
                            target.fill(convert(*q));
                        }
                    }
                }
            }
        }
        Some(())
    }
}
