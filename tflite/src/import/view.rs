//! How an operator with a window sees what it reads: as the map that was computed, or as one of the same numbers.

use dim_model_format::{Padding as Sides, Shape, TensorId, Window};

use super::error::Unsupported;
use super::file::Operator;
use super::graph::{Graph, Value};
use crate::geometry::window;
use crate::schema::Padding;

/// The number that an operator may find around its input, because it adds nothing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fill {
    /// To a sum of products.
    RealZero,
    /// To a maximum: each window has an element inside.
    Smallest,
    /// To a mean, which counts it.
    Nothing,
}

/// A window over a tensor of the encoder.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) input: TensorId,
    pub(super) window: Window,
    /// Kernels of the file have height and width exchanged.
    turned: Option<[u8; 2]>,
    /// Rows and columns that the file's operator gives.
    output: [u16; 2],
}

impl Graph<'_, '_> {
    /// What an operator slides a window over, with the padding that it takes over.
    ///
    /// The file may have reshaped the map since it was computed. The numbers of a row and of a column lie in the same
    /// order, so the window can be turned instead; one of a single element sees no rows; and one over everything sees
    /// everything.
    pub(super) fn windowed(
        &self,
        operator: &Operator<'_>,
        padding: Padding,
        kernel: [u8; 2],
        stride: [u8; 2],
        fill: Fill,
    ) -> Result<View, Unsupported> {
        let tensor = operator.input(0).ok_or(Unsupported::Operands)?;
        let read = self.stated_map(tensor)?;
        let (input, read, sides) = match self.value(operator, 0)? {
            Value::Tensor(id) => (id, read, [0; 4]),
            Value::Padded { tensor: id, shape, sides, fill: found } => {
                let adds_nothing = match fill {
                    Fill::RealZero => found == self.quantization(tensor)?.zero_point,
                    Fill::Smallest => found == i8::MIN,
                    Fill::Nothing => false,
                };
                if !adds_nothing {
                    return Err(Unsupported::Padded(tensor));
                }
                let [top, left, bottom, right] = sides;
                let padded = grown(shape, sides);
                if grown(read, [0; 4]) == padded {
                    (id, shape, sides)
                } else if grown(turn(read), [0; 4]) == padded && is_line(read) {
                    (id, turn(shape), [left, top, right, bottom])
                } else {
                    return Err(Unsupported::Padded(tensor));
                }
            }
        };
        let window = window(padding, kernel, stride, read, sides).ok_or(Unsupported::Window)?;
        let output = window.output(read.height, read.width).ok_or(Unsupported::Window)?;
        let computed = self.builder.shape(input);
        let view = |window, turned| Ok(View { input, window, turned, output });
        if computed == read {
            return view(window, None);
        }
        let is_unpadded = window.padding == Sides::default();
        if computed == turn(read) && is_line(read) && output.contains(&1) {
            let [height, width] = window.kernel;
            let Sides { top, left, bottom, right } = window.padding;
            let padding = Sides { top: left, left: top, bottom: right, right: bottom };
            let stride = [window.stride[1], window.stride[0]];
            return view(Window { kernel: [width, height], stride, padding }, Some(kernel));
        }
        let is_another = computed.channels == read.channels && computed.elements() == read.elements();
        if is_another && is_unpadded && window.kernel == [1, 1] && window.stride == [1, 1] {
            return view(window, None);
        }
        let is_whole = window.kernel.map(u16::from) == [read.height, read.width];
        let whole = [computed.height, computed.width].map(u8::try_from);
        if let (true, [Ok(height), Ok(width)]) = (is_another && is_unpadded && is_whole, whole) {
            return view(Window { kernel: [height, width], stride: [1, 1], padding: window.padding }, None);
        }
        let extents = |shape: Shape| [shape.height, shape.width, shape.channels];
        Err(Unsupported::Reshaped { tensor, read: extents(read), computed: extents(computed) })
    }

    /// That the file states what a window gives as `[1, rows, columns, channels]` in `output`.
    pub(super) fn check_output(&self, view: &View, map: TensorId, output: usize) -> Result<(), Unsupported> {
        let [height, width] = view.output;
        let is_same = self.stated_map(output)? == Shape::new(height, width, self.builder.shape(map).channels);
        if is_same { Ok(()) } else { Err(Unsupported::Shape(output)) }
    }

    /// The map of one image that the file says a tensor is.
    pub(super) fn stated_map(&self, tensor: usize) -> Result<Shape, Unsupported> {
        let found = self.file.tensor(tensor)?;
        match found.map() {
            Some(map) => Ok(map),
            None if found.elements().is_none() => Err(Unsupported::Unknown(tensor)),
            None => {
                Err(found.batch().map_or(Unsupported::Shape(tensor), |images| Unsupported::Batch { tensor, images }))
            }
        }
    }
}

impl View {
    /// Kernels of `[filters, height, width, channels]` for this window.
    pub(super) fn turn_weights(&self, weights: Vec<i8>, channels: u16) -> Vec<i8> {
        // Those of one row or column are the same either way.
        let Some(kernel) = self.turned.filter(|kernel| !kernel.contains(&1)) else { return weights };
        let ([height, width], channels) = (kernel.map(usize::from), usize::from(channels));
        let mut turned = Vec::with_capacity(weights.len());
        for kernel in weights.chunks_exact(height * width * channels) {
            for (column, row) in (0..width).flat_map(|column| (0..height).map(move |row| (column, row))) {
                turned.extend_from_slice(&kernel[(row * width + column) * channels..][..channels]);
            }
        }
        turned
    }
}

/// With height and width exchanged.
fn turn(shape: Shape) -> Shape {
    Shape::new(shape.width, shape.height, shape.channels)
}

/// A row or a column.
fn is_line(shape: Shape) -> bool {
    shape.height == 1 || shape.width == 1
}

/// Extents of a padded map.
pub(super) fn grown(shape: Shape, [top, left, bottom, right]: [u32; 4]) -> [u32; 3] {
    [u32::from(shape.height) + top + bottom, u32::from(shape.width) + left + right, shape.channels.into()]
}
