//! What part of the image a cell sees.

use super::{Architecture, Operator, Source};

/// Cells that are farther apart are none of one image.
const FARTHEST: usize = 1 << 17;

/// The pixels that a layer's cells see along one axis: cell `i` sees
/// `start + i * stride .. start + i * stride + size`, of which those outside of the image are padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceptiveField {
    /// Pixels that one cell sees.
    pub size: usize,
    /// Pixels from one cell to the next.
    pub stride: usize,
    /// First pixel of cell 0, negative in the padding.
    pub start: isize,
}

impl Architecture {
    /// The receptive field of each layer's cells along the vertical and along the horizontal axis.
    /// Inside of crops it is counted in the crop, and a folded cell sees its whole crop.
    pub fn receptive_fields(&self) -> Vec<[ReceptiveField; 2]> {
        let [vertical, horizontal] = [0, 1].map(|axis| self.along(axis));
        vertical.into_iter().zip(horizontal).map(|(vertical, horizontal)| [vertical, horizontal]).collect()
    }

    /// Along axis 0, the vertical one, or 1.
    fn along(&self, axis: usize) -> Vec<ReceptiveField> {
        const PIXEL: ReceptiveField = ReceptiveField { size: 1, stride: 1, start: 0 };
        let mut fields: Vec<ReceptiveField> = Vec::with_capacity(self.layers.len());
        for (layer, input) in self.layers.iter().zip(self.input_extents()) {
            let of = |source| match source {
                Source::Image => PIXEL,
                Source::Layer(index) => fields[index],
            };
            let seen = of(layer.input);
            let field = match layer.operator {
                Operator::Linear { .. } => seen.windowed([input.shape.height, input.shape.width][axis].into(), 1, 0),
                Operator::Add { shortcut } => seen.joined(of(shortcut)),
                Operator::Unfold { .. } => PIXEL,
                Operator::Fold { .. } => self.crop_field(),
                windowed => windowed.window().map_or(seen, |window| {
                    let padding = [window.padding.top, window.padding.left][axis];
                    seen.windowed(window.kernel[axis].into(), window.stride[axis].into(), padding.into())
                }),
            };
            fields.push(field);
        }
        fields
    }

    fn crop_field(&self) -> ReceptiveField {
        let [crop, stride] = self.crops().unwrap_or([1, 1]).map(usize::from);
        ReceptiveField { size: crop, stride, start: 0 }
    }
}

impl ReceptiveField {
    fn windowed(self, kernel: usize, stride: usize, padding: isize) -> Self {
        Self {
            size: self.size + (kernel - 1) * self.stride,
            stride: (self.stride * stride).min(FARTHEST),
            start: self.start - padding * self.stride.cast_signed(),
        }
    }

    /// What a sum of two tensors sees.
    fn joined(self, other: Self) -> Self {
        let start = self.start.min(other.start);
        let end = |field: Self| field.start + field.size.cast_signed();
        let size = (end(self).max(end(other)) - start).cast_unsigned();
        Self { size, stride: self.stride, start }
    }
}
