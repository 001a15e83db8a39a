//! Where the windows of a convolution or a pooling lie on their input.

use core::ops::Range;

use dim_model_format::{Shape, Window};

use crate::operands::{Map, Operands};

/// One axis of a sliding window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    extent: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
}

/// Where one window lies on an axis: the elements inside the input, and the first kernel tap that meets them.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) input: Range<usize>,
    pub(crate) kernel_start: usize,
}

impl Axis {
    /// `[height, width]` axes of a window over a tensor.
    pub(crate) fn of(window: &Window, input: Shape) -> [Self; 2] {
        let axis = |axis: usize, extent: u16, padding: u8| Self {
            extent: usize::from(extent),
            kernel: usize::from(window.kernel[axis]),
            stride: usize::from(window.stride[axis]),
            padding: usize::from(padding),
        };
        [axis(0, input.height, window.padding.top), axis(1, input.width, window.padding.left)]
    }

    /// Elements from one window to the next.
    #[inline]
    pub(crate) const fn stride(self) -> usize {
        self.stride
    }

    /// The part of window `index` that lies inside the input; never empty.
    #[inline]
    pub(crate) fn span(self, index: usize) -> Span {
        let start = index * self.stride;
        let kernel_start = self.padding.saturating_sub(start);
        let end = (start + self.kernel - self.padding).min(self.extent);
        Span { input: start + kernel_start - self.padding..end, kernel_start }
    }
}

/// Calls `each(input, rows, columns, output)` for each output pixel, with `output` its channels.
#[inline]
pub(crate) fn for_each_window(
    window: &Window,
    operands: &mut Operands<'_>,
    mut each: impl FnMut(&Map<'_>, &Span, &Span, &mut [i8]) -> Option<()>,
) -> Option<()> {
    let [vertical, horizontal] = Axis::of(window, operands.input.shape);
    let channels = usize::from(operands.output.shape.channels);
    for y in 0..usize::from(operands.output.shape.height) {
        let rows = vertical.span(y);
        let (input, row) = operands.row(y)?;
        for (x, pixel) in row.chunks_exact_mut(channels.max(1)).enumerate() {
            each(&input, &rows, &horizontal.span(x), pixel)?;
        }
    }
    Some(())
}
