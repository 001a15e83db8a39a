//! Tensors as the oracle holds them.

use dim_model_format::{Rounding, Shape};

/// An int8 tensor that has been computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// `[height, width, channels]` of `values`.
    pub shape: Shape,
    /// The int8 value of real zero.
    pub zero_point: i8,
    /// Elements, channels innermost.
    pub values: Vec<i8>,
}

/// An int8 tensor to compute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) shape: Shape,
    pub(super) zero_point: i8,
    pub(super) rounding: Rounding,
}

impl Activation {
    /// The element at row `y`, column `x`, channel `c`; `None` outside of the image.
    pub(super) fn at(&self, y: i64, x: i64, c: usize) -> Option<i64> {
        let [height, width, channels] = extents(self.shape);
        let inside = (0..height as i64).contains(&y) && (0..width as i64).contains(&x);
        inside.then(|| i64::from(self.values[(y as usize * width + x as usize) * channels + c]))
    }
}

/// `[height, width, channels]` as indices.
pub(super) fn extents(shape: Shape) -> [usize; 3] {
    [shape.height, shape.width, shape.channels].map(usize::from)
}
