//! Dilated convolutions, which are convolutions whose kernels are filled up with zeros: they add nothing to a sum.

use super::error::Unsupported;
use super::graph::Graph;
use dim_flatbuffer::Record;

/// A kernel whose elements lie apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dilation {
    /// Extents of the file's kernel, `[height, width]`.
    dense: [usize; 2],
    /// From one element to the next.
    steps: [usize; 2],
    /// Extents with the zeros between.
    pub(super) kernel: [u8; 2],
}

impl Dilation {
    /// Of a kernel, with the dilation of widths in this field and that of heights in the next.
    pub(super) fn of(options: &Record<'_>, field: usize, kernel: [u8; 2]) -> Result<Self, Unsupported> {
        let mut dilation = Self { dense: kernel.map(usize::from), steps: [1; 2], kernel };
        for (axis, field) in [(1, field), (0, field + 1)] {
            let step = options.int(field, 1).map_err(|_| Unsupported::Options)?;
            // One element has none.
            if kernel[axis] > 1 {
                let step = usize::try_from(step).ok().filter(|step| *step > 0).ok_or(Unsupported::Options)?;
                let extent = (dilation.dense[axis] - 1).checked_mul(step).and_then(|extent| extent.checked_add(1));
                dilation.kernel[axis] = extent.and_then(|extent| extent.try_into().ok()).ok_or(Unsupported::Window)?;
                dilation.steps[axis] = step;
            }
        }
        Ok(dilation)
    }
}

impl Graph<'_, '_> {
    /// Kernels of `[filters, height, width, channels]`, with zeros between their elements.
    pub(super) fn filled(
        &mut self,
        weights: Vec<i8>,
        dilation: Dilation,
        channels: usize,
    ) -> Result<Vec<i8>, Unsupported> {
        let Dilation { dense: [height, width], steps, kernel } = dilation;
        if kernel.map(usize::from) == [height, width] {
            return Ok(weights);
        }
        let [rows, columns] = kernel.map(usize::from);
        let dense = height * width * channels;
        let filters = weights.len() / dense;
        let length = filters * rows * columns * channels;
        self.zeros_left = self.zeros_left.checked_sub(length).ok_or(Unsupported::Zeros)?;
        let mut filled = vec![0; length];
        let elements = weights.chunks_exact(channels).enumerate();
        for (index, from) in elements {
            let [filter, row, column] = [index / (height * width), index / width % height, index % width];
            let place = (filter * rows + row * steps[0]) * columns + column * steps[1];
            filled[place * channels..][..channels].copy_from_slice(from);
        }
        Ok(filled)
    }
}
