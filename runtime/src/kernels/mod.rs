//! Operators as plain functions on slices.
//!
//! `portable` is the definition; a kernel for an instruction set must equal it to the bit.
//!
//! Nothing here panics. What `Model::parse` has checked is checked again where the compiler cannot know it, as by `get`,
//! and `None` is the result where it does not hold. Lengths of chunks, which cannot be zero, are written `.max(1)`.

#[cfg(dim_armv6m)]
mod armv6m;
#[cfg(dim_armv7m)]
mod armv7m;
#[cfg(not(feature = "std"))]
mod compiled;
pub(crate) mod depthwise3x3;
#[cfg(dim_dsp)]
mod dsp;
#[cfg(feature = "std")]
mod host;
pub(crate) mod lookup;
#[cfg(dim_mve)]
pub(crate) mod mve;
mod operands;
pub(crate) mod paired;
pub(crate) mod portable;
#[cfg(dim_riscv32)]
mod riscv32;

#[cfg(dim_armv6m)]
use armv6m as blocks;
#[cfg(dim_armv7m)]
use armv7m as blocks;
#[cfg(dim_dsp)]
use dsp as blocks;
#[cfg(not(any(dim_armv6m, dim_armv7m, dim_dsp, dim_riscv32)))]
use portable::blocks;
#[cfg(dim_riscv32)]
use riscv32 as blocks;

#[cfg(not(feature = "std"))]
pub(crate) use compiled::InstructionSet;
#[cfg(all(not(dim_mve), not(feature = "std")))]
use depthwise3x3::depthwise_conv2d;
#[cfg(feature = "std")]
pub use host::InstructionSet;
#[cfg(all(dim_mve, not(feature = "std")))]
use mve::{conv2d, depthwise_conv2d, fully_connected};
#[cfg(all(not(dim_mve), not(feature = "std")))]
use paired::{conv2d, fully_connected};

pub(crate) use operands::Operands;

use core::ops::Range;

use dim_model_format::{Rounding, Shape, Window};

/// An int8 tensor to read, `[height, width, channels]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map<'a> {
    /// From element [`Map::gone`] on.
    values: &'a [i8],
    /// Elements that the output lies over.
    gone: usize,
    pub(crate) shape: Shape,
    pub(crate) zero_point: i8,
}

/// An int8 tensor to write, `[height, width, channels]`.
#[derive(Debug)]
pub(crate) struct MapMut<'a> {
    pub(crate) values: &'a mut [i8],
    pub(crate) zero_point: i8,
    /// How its numbers are brought to its scale.
    pub(crate) rounding: Rounding,
}

impl<'a> Map<'a> {
    /// The elements from one on.
    #[inline]
    pub(crate) fn from(&self, element: usize) -> Option<&'a [i8]> {
        self.values.get(element.checked_sub(self.gone)?..)
    }

    /// The pixels of row `y` in `columns`, all channels: contiguous, since channels are innermost.
    #[inline]
    pub(crate) fn row(&self, y: usize, columns: &Range<usize>) -> Option<&'a [i8]> {
        let [width, channels] = [usize::from(self.shape.width), usize::from(self.shape.channels)];
        let start = ((y * width + columns.start) * channels).checked_sub(self.gone)?;
        self.values.get(start..start + columns.len() * channels)
    }
}

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
