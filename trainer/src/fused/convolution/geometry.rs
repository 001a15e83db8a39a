//! Where windows lie in an image, forward and back.

use dim_model_format::Window;

/// One axis of a convolution.
#[derive(Debug, Clone, Copy)]
pub(in crate::fused) struct Axis {
    /// Of the input.
    pub(in crate::fused) size: usize,
    /// Of the output.
    pub(in crate::fused) places: usize,
    pub(in crate::fused) kernel: usize,
    pub(in crate::fused) stride: usize,
    /// Zeros before and after the input.
    pub(in crate::fused) padding: [usize; 2],
}

/// The inputs that lie alike under the strides, `first, first + stride, ..`: their gradient is a convolution of its own, of
/// the output's gradient, with every `stride`-th tap.
#[derive(Debug, Clone, Copy)]
pub(in crate::fused) struct Phase {
    /// First input of the phase.
    pub(in crate::fused) first: usize,
    /// How many inputs it has.
    pub(in crate::fused) count: usize,
    /// The filter's taps `tap, tap + stride, ..` meet it, this many of them.
    pub(in crate::fused) tap: usize,
    pub(in crate::fused) taps: usize,
    /// Where its first window begins in the framed gradient.
    pub(in crate::fused) start: usize,
}

impl Phase {
    /// The filter's tap that meets the place number `index` of a window.
    pub(in crate::fused) fn tap_at(self, index: usize, axis: Axis) -> usize {
        self.tap + (self.taps - 1 - index) * axis.stride
    }
}

impl Axis {
    /// Rows and columns.
    pub(in crate::fused) fn both([height, width]: [usize; 2], window: Window) -> [Self; 2] {
        let padding = window.padding;
        let padding = [[padding.top, padding.bottom], [padding.left, padding.right]].map(|ends| ends.map(usize::from));
        [(height, 0), (width, 1)].map(|(size, axis)| {
            let [kernel, stride] = [window.kernel[axis], window.stride[axis]].map(usize::from);
            let places = (size + padding[axis][0] + padding[axis][1] - kernel) / stride + 1;
            Self { size, places, kernel, stride, padding: padding[axis] }
        })
    }

    /// Rows and columns of the convolution that makes a map of `[height, width]` of the smallest input that it can.
    pub(in crate::fused) fn both_transposed([height, width]: [usize; 2], window: Window) -> [Self; 2] {
        let padding = window.padding;
        let padding = [[padding.top, padding.bottom], [padding.left, padding.right]];
        let padding = padding.map(|ends| ends.map(usize::from).iter().sum::<usize>());
        let sizes = [(height, 0), (width, 1)].map(|(places, axis)| {
            (places - 1) * usize::from(window.stride[axis]) + usize::from(window.kernel[axis]) - padding[axis]
        });
        Self::both(sizes, window)
    }

    /// Zeros that the output's gradient needs before and after it, so that no window of a phase leaves it.
    pub(in crate::fused) fn gradient_padding(self) -> [usize; 2] {
        let last = (self.size - 1 + self.padding[0]) / self.stride;
        [(self.kernel - 1) / self.stride, (last + 1).saturating_sub(self.places)]
    }

    /// Every phase of the rows with every one of the columns.
    pub(in crate::fused) fn phases_of([rows, columns]: [Self; 2]) -> impl Iterator<Item = [Phase; 2]> {
        rows.phases().flat_map(move |row| columns.phases().map(move |column| [row, column]))
    }

    /// One for each remainder by the stride; those without inputs or taps are left out.
    fn phases(self) -> impl Iterator<Item = Phase> {
        let [before, _] = self.gradient_padding();
        (0..self.stride.min(self.kernel)).filter_map(move |tap| {
            let skipped = self.padding[0].saturating_sub(tap).div_ceil(self.stride);
            let first = tap + skipped * self.stride - self.padding[0];
            let taps = (self.kernel - tap).div_ceil(self.stride);
            let count = self.size.checked_sub(first).filter(|left| *left > 0)?.div_ceil(self.stride);
            Some(Phase { first, count, tap, taps, start: before + skipped + 1 - taps })
        })
    }
}
