//! Along what tensors are concatenated, and which shapes go together.

use serde::{Deserialize, Serialize};

use crate::{Shape, TensorId};

/// In place of a tensor; none has this number.
pub const NO_TENSOR: TensorId = TensorId(255);

/// Along which tensors are concatenated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Axis {
    /// Below each other.
    Height,
    /// Beside each other.
    Width,
    /// Pixel by pixel.
    Channels,
    /// All elements of each, whatever its shape; the output is a vector.
    Flat,
}

impl Axis {
    /// Elements of a tensor that stand together in a concatenation along this axis.
    pub fn block(self, shape: Shape) -> u64 {
        match self {
            Self::Channels => u64::from(shape.channels),
            Self::Width => u64::from(shape.width) * u64::from(shape.channels),
            Self::Height | Self::Flat => shape.elements(),
        }
    }

    /// Shape of a concatenation; `None` where the extents along the other axes differ, or the sum exceeds a shape.
    pub fn concatenated(self, mut shapes: impl Iterator<Item = Shape>) -> Option<Shape> {
        let flat = |shape: Shape| Some(Shape::vector(u16::try_from(shape.elements()).ok()?));
        let of = |shape| if let Self::Flat = self { flat(shape) } else { Some(shape) };
        let mut all = of(shapes.next()?)?;
        for shape in shapes {
            let shape = of(shape)?;
            let extent = |shape: &mut Shape| match self {
                Self::Height => core::mem::take(&mut shape.height),
                Self::Width => core::mem::take(&mut shape.width),
                Self::Channels | Self::Flat => core::mem::take(&mut shape.channels),
            };
            // What is left are the other extents.
            let [mut rest, mut other] = [all, shape];
            let sum = extent(&mut rest).checked_add(extent(&mut other))?;
            if rest != other {
                return None;
            }
            match self {
                Self::Height => all.height = sum,
                Self::Width => all.width = sum,
                Self::Channels | Self::Flat => all.channels = sum,
            }
        }
        Some(all)
    }
}
