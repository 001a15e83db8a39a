//! A window that slides over images whose channels lie last: each of its rows lies together in memory, so nothing is
//! gathered.

use super::geometry::{Axis, Phase};
use crate::fused::kernels::{Kernels, Left, Onto, Panel};

/// An image with zeros around it, `[height, width, channels]`.
#[derive(Debug, Clone, Copy)]
pub(in crate::fused) struct Framing {
    /// Without the zeros.
    pub(in crate::fused) image: [usize; 3],
    /// Zeros before and after rows and columns.
    pub(in crate::fused) padding: [[usize; 2]; 2],
}

impl Framing {
    /// Of a convolution's input.
    pub(in crate::fused) fn of_input([rows, columns]: [Axis; 2], channels: usize) -> Self {
        Self { image: [rows.size, columns.size, channels], padding: [rows.padding, columns.padding] }
    }

    /// Of the gradient at its output.
    pub(in crate::fused) fn of_gradient(axes: [Axis; 2], channels: usize) -> Self {
        let [rows, columns] = axes;
        Self { image: [rows.places, columns.places, channels], padding: axes.map(Axis::gradient_padding) }
    }

    /// Columns, with the zeros.
    pub(in crate::fused) fn width(self) -> usize {
        self.image[1] + self.padding[1][0] + self.padding[1][1]
    }

    /// Numbers, with the zeros.
    fn size(self) -> usize {
        (self.image[0] + self.padding[0][0] + self.padding[0][1]) * self.width() * self.image[2]
    }

    /// Images in their frames, one after the other; what is there already of an earlier call is used again.
    pub(in crate::fused) fn frames<'a>(
        self,
        images: &'a [f32],
        room: &'a mut Vec<f32>,
    ) -> impl Iterator<Item = &'a [f32]> + Clone {
        let [height, width, channels] = self.image;
        let framed = if self.padding == [[0; 2]; 2] {
            images
        } else {
            room.resize(images.len() / (height * width * channels) * self.size(), 0.0);
            for (frame, image) in room.chunks_exact_mut(self.size()).zip(images.chunks_exact(height * width * channels))
            {
                let rows = frame.chunks_exact_mut(self.width() * channels).skip(self.padding[0][0]);
                for (frame, row) in rows.zip(image.chunks_exact(width * channels)) {
                    frame[self.padding[1][0] * channels..][..row.len()].copy_from_slice(row);
                }
            }
            &*room
        };
        framed.chunks_exact(self.size())
    }
}

/// Where the windows lie in a frame, and where their sums go.
#[derive(Debug, Clone, Copy)]
pub(in crate::fused) struct Sliding {
    /// Numbers of a row of the frame, and of a place in it.
    pub(in crate::fused) row: usize,
    pub(in crate::fused) channels: usize,
    /// Rows and columns of a window, and how far apart two of them are.
    pub(in crate::fused) window: [usize; 2],
    pub(in crate::fused) stride: [usize; 2],
    /// Windows in a column and in a row.
    pub(in crate::fused) places: [usize; 2],
    /// Of the output, from a row of places to the next and from a place to the next.
    pub(in crate::fused) output: [usize; 2],
}

impl Sliding {
    /// How the windows of a convolution lie in its framed input, with outputs of so many channels.
    pub(in crate::fused) fn of_input([rows, columns]: [Axis; 2], framing: Framing, outputs: usize) -> Self {
        let inputs = framing.image[2];
        Self {
            row: framing.width() * inputs,
            channels: inputs,
            window: [rows.kernel, columns.kernel],
            stride: [rows.stride, columns.stride],
            places: [rows.places, columns.places],
            output: [columns.places * outputs, outputs],
        }
    }

    /// How the windows of a phase lie in the framed gradient of the outputs, whose channels are given, and where the first
    /// of them begins.
    pub(in crate::fused) fn of_phase(
        [row, column]: [Phase; 2],
        framing: Framing,
        axes: [Axis; 2],
        inputs: usize,
    ) -> (Self, [usize; 2]) {
        let (outputs, width) = (framing.image[2], axes[1].size);
        let [down, across] = axes.map(|axis| axis.stride);
        let sliding = Self {
            row: framing.width() * outputs,
            channels: outputs,
            window: [row.taps, column.taps],
            stride: [1, 1],
            places: [row.count, column.count],
            output: [down * width * inputs, across * inputs],
        };
        let from = (row.start * framing.width() + column.start) * outputs;
        (sliding, [from, (row.first * width + column.first) * inputs])
    }

    /// What every window gives with every filter. `frame` and `output` begin where the first window and its output do.
    pub(in crate::fused) fn convolve(&self, kernels: &Kernels, frame: &[f32], filters: Panel<'_>, output: &mut [f32]) {
        let [rows, columns] = self.places;
        for row in 0..rows {
            let left = Left {
                numbers: &frame[row * self.stride[0] * self.row..],
                row: self.stride[1] * self.channels,
                segment: self.row,
                inner: 1,
                segments: self.window[0],
                length: self.window[1] * self.channels,
            };
            kernels.multiply(
                left,
                filters,
                (&mut output[row * self.output[0]..], self.output[1]),
                columns,
                Onto::Nothing,
            );
        }
    }

    /// Adds what the gradient of the outputs, `[places, outputs]`, says of the filters, to
    /// `[window, channels, outputs]`.
    pub(in crate::fused) fn correlate(
        &self,
        kernels: &Kernels,
        frame: &[f32],
        gradient: Panel<'_>,
        filters: (&mut [f32], usize),
    ) {
        let [rows, columns] = self.places;
        let (filters, outputs) = filters;
        let taps = self.window[1] * self.channels;
        for tap in 0..self.window[0] {
            let left = Left {
                numbers: &frame[tap * self.row..],
                row: 1,
                segment: self.stride[0] * self.row,
                inner: self.stride[1] * self.channels,
                segments: rows,
                length: columns,
            };
            kernels.multiply(left, gradient, (&mut filters[tap * taps * outputs..], outputs), taps, Onto::Output);
        }
    }

    /// The same windows in one row, where they are single places without gaps: longer tiles.
    pub(in crate::fused) fn flattened(self, image_width: usize) -> Self {
        let touches = self.window == [1, 1] && self.stride == [1, 1] && self.places[1] == image_width;
        if touches && self.output[0] == self.places[1] * self.output[1] {
            Self { places: [1, self.places[0] * self.places[1]], ..self }
        } else {
            self
        }
    }
}
