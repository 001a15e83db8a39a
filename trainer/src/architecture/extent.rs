//! What comes out of each layer: shapes, and how many crops there are of them.

use dim_model_format::{Shape, Window};

use super::{Layer, Operator, Source};

/// The output of a layer for one image: a shape, as many times as the image is cut into crops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// `[height, width, channels]` of one crop, or of the whole where there are none.
    pub shape: Shape,
    /// Crops of an image; 1 where it is whole.
    pub crops: usize,
}

/// Output of each of `layers`, of an image of this shape.
pub(super) fn extents(image: Shape, layers: &[Layer]) -> Vec<Extent> {
    let mut extents = Vec::with_capacity(layers.len());
    for layer in layers {
        let input = extent_of(layer.input, image, &extents);
        extents.push(output(layer.operator, input));
    }
    extents
}

/// What a layer reads from `source`.
pub(super) fn extent_of(source: Source, image: Shape, extents: &[Extent]) -> Extent {
    match source {
        Source::Image => Extent { shape: image, crops: 1 },
        Source::Layer(index) => extents[index],
    }
}

/// What a layer with this operator makes of its input.
pub(super) fn output(operator: Operator, Extent { shape, crops }: Extent) -> Extent {
    // A window that does not fit gives an empty shape.
    let windowed = |window: Window, channels| {
        let [height, width] = window.output(shape.height, shape.width).unwrap_or([0, 0]);
        Shape::new(height, width, channels)
    };
    match operator {
        Operator::Conv2d { channels, window } => Extent { shape: windowed(window, channels), crops },
        Operator::DepthwiseConv2d { window } | Operator::MaxPool2d { window } | Operator::AveragePool2d { window } => {
            Extent { shape: windowed(window, shape.channels), crops }
        }
        Operator::Linear { units } => Extent { shape: Shape::vector(units), crops },
        Operator::Add { .. } => Extent { shape, crops },
        Operator::Unfold { crop, stride } => {
            let grid = |extent: u16| usize::from((extent - crop) / stride + 1);
            let crops = grid(shape.height) * grid(shape.width);
            Extent { shape: Shape::new(crop, crop, shape.channels), crops }
        }
        Operator::Fold { grid } => Extent { shape: Shape::new(grid, grid, shape.channels), crops: 1 },
    }
}
