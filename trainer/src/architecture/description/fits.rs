//! Whether a layer can be computed of what it reads, here and on a device.

use dim_model_format::{Padding, Shape, Window};

use super::error::Problem;
use crate::architecture::{Extent, Layer, Operator, Source};

/// Products of an int8 weight and an input that a 32-bit accumulator holds, with 2^23 to spare for the bias.
const MOST_PRODUCTS: u64 = 65_535;

/// `read` gives the output of an earlier layer.
pub(super) fn check(layer: &Layer, read: impl Fn(Source) -> Extent) -> Result<(), Problem> {
    let input = read(layer.input);
    match layer.operator {
        Operator::Conv2d { window, .. } => {
            check_window(window, input.shape)?;
            check_products(area(window) * u64::from(input.shape.channels))
        }
        Operator::DepthwiseConv2d { window } => {
            check_window(window, input.shape)?;
            check_products(area(window))
        }
        Operator::Linear { .. } => check_products(input.shape.elements()),
        Operator::MaxPool2d { window } | Operator::AveragePool2d { window } => check_window(window, input.shape),
        Operator::Add { shortcut } => match read(shortcut) {
            other if other == input => Ok(()),
            other => Err(Problem::Sum { inputs: [input, other].map(|Extent { shape, crops }| (shape, crops)) }),
        },
        Operator::Unfold { crop, stride } => {
            let Shape { height, width, .. } = input.shape;
            let makes_several = u32::from(crop) + u32::from(stride) <= u32::from(height);
            let cuts_image = layer.input == Source::Image && height == width;
            if makes_several && cuts_image { Ok(()) } else { Err(Problem::Unfold { crop, stride, input: input.shape }) }
        }
        Operator::Fold { .. } => {
            let is_cell = input.crops > 1 && [input.shape.height, input.shape.width] == [1, 1];
            if is_cell { Ok(()) } else { Err(Problem::Fold { input: (input.shape, input.crops) }) }
        }
    }
}

fn area(Window { kernel: [rows, columns], .. }: Window) -> u64 {
    u64::from(rows) * u64::from(columns)
}

fn check_products(products: u64) -> Result<(), Problem> {
    if products <= MOST_PRODUCTS { Ok(()) } else { Err(Problem::Products { products, most: MOST_PRODUCTS }) }
}

/// Every window sees an element, and there is one at least.
fn check_window(window: Window, input: Shape) -> Result<(), Problem> {
    let Window { kernel, padding: Padding { top, left, bottom, right }, .. } = window;
    if top.max(bottom) >= kernel[0] || left.max(right) >= kernel[1] {
        return Err(Problem::Padding { kernel, padding: [top, left, bottom, right] });
    }
    match window.output(input.height, input.width) {
        Some(_) => Ok(()),
        None => Err(Problem::Window { kernel, input }),
    }
}
