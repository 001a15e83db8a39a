//! `TFLite`'s paddings and fused activations, where they are ours.

use dim_model_format::{Clamp, Quantization, Shape, Window};

use crate::schema::{Activation, Padding};

/// The padding of `TFLite` under which every window of the output covers the same input positions.
///
/// What `TFLite` computes on each axis, with positions outside of the input left out as ours are:
///
/// | padding | windows | padding before |
/// |---|---|---|
/// | `VALID` | `floor((input - kernel) / stride) + 1` | 0 |
/// | `SAME` | `ceil(input / stride)` | `floor(max((windows - 1) * stride + kernel - input, 0) / 2)` |
///
/// The padding after needs no comparison: with the windows and the padding before, it is what is left.
pub(crate) fn padding(window: &Window, input: Shape, output: Shape) -> Option<Padding> {
    let axes = [
        Axis::new(window, 0, window.padding.top, input.height, output.height),
        Axis::new(window, 1, window.padding.left, input.width, output.width),
    ];
    if axes.iter().all(Axis::is_valid) {
        Some(Padding::Valid)
    } else if axes.iter().all(Axis::is_same) {
        Some(Padding::Same)
    } else {
        None
    }
}

/// The window that `TFLite` slides under a padding of its own, over an input that was padded by `before_that` already.
/// `None` where it needs more than a window can state.
pub(crate) fn window(
    padding: Padding,
    kernel: [u8; 2],
    stride: [u8; 2],
    input: Shape,
    before_that: [u32; 4],
) -> Option<Window> {
    let [top, left, bottom, right] = before_that;
    let axis = |axis: usize, extent: u16, [before, after]: [u32; 2]| {
        let [kernel, stride] = [kernel[axis], stride[axis]].map(u32::from);
        let grown = u32::from(extent).checked_add(before)?.checked_add(after)?;
        let same = match padding {
            Padding::Valid => 0,
            Padding::Same => ((grown.div_ceil(stride) - 1) * stride + kernel).saturating_sub(grown),
        };
        let sides = [before + same / 2, after + same.div_ceil(2)];
        Some(sides.map(u8::try_from))
    };
    let [Ok(top), Ok(bottom)] = axis(0, input.height, [top, bottom])? else { return None };
    let [Ok(left), Ok(right)] = axis(1, input.width, [left, right])? else { return None };
    Some(Window { kernel, stride, padding: dim_model_format::Padding { top, left, bottom, right } })
}

struct Axis {
    kernel: u32,
    stride: u32,
    before: u32,
    input: u32,
    windows: u32,
}

impl Axis {
    fn new(window: &Window, axis: usize, before: u8, input: u16, windows: u16) -> Self {
        Self {
            kernel: window.kernel[axis].into(),
            stride: window.stride[axis].into(),
            before: before.into(),
            input: input.into(),
            windows: windows.into(),
        }
    }

    /// Elements from the first row of the first window to the last one of the last.
    fn covered(&self) -> u32 {
        (self.windows - 1) * self.stride + self.kernel
    }

    fn is_valid(&self) -> bool {
        self.before == 0 && self.covered() <= self.input
    }

    fn is_same(&self) -> bool {
        self.windows == self.input.div_ceil(self.stride) && self.before == self.covered().saturating_sub(self.input) / 2
    }
}

/// The fused activation of `TFLite` that bounds the output as `clamp` does, with `output` its quantization.
pub(crate) fn activation(clamp: Clamp, output: Quantization) -> Option<Activation> {
    let known = [Activation::None, Activation::Relu, Activation::Relu6];
    known.into_iter().find(|activation| bounds(*activation, output) == clamp)
}

/// What a fused activation of `TFLite` bounds an output of quantization `output` to.
pub(crate) fn bounds(activation: Activation, output: Quantization) -> Clamp {
    let code = |real: f32| {
        // Saturates, as the bounds do where it is far outside.
        let code = i64::from(output.zero_point).saturating_add((real / output.scale).round() as i64);
        code.clamp(i8::MIN.into(), i8::MAX.into()) as i8
    };
    match activation {
        Activation::None => Clamp::NONE,
        Activation::Relu => Clamp { min: code(0.0), max: i8::MAX },
        Activation::ReluN1To1 => Clamp { min: code(-1.0), max: code(1.0) },
        Activation::Relu6 => Clamp { min: code(0.0), max: code(6.0) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(window: Window, height: u16, width: u16) -> Option<Padding> {
        let [rows, columns] = window.output(height, width).expect("a window fits");
        padding(&window, Shape::new(height, width, 1), Shape::new(rows, columns, 1))
    }

    #[test]
    fn paddings() {
        assert_eq!(found(Window::square(3, 1, 0), 8, 9), Some(Padding::Valid));
        assert_eq!(found(Window::square(3, 1, 1), 8, 9), Some(Padding::Same));
        // SAME of stride 2 pads an odd extent on both sides and an even one below only.
        assert_eq!(found(Window::square(3, 2, 1), 9, 7), Some(Padding::Same));
        assert_eq!(found(Window::square(3, 2, 1), 8, 8), None);
        let below = dim_model_format::Padding { top: 0, left: 0, bottom: 1, right: 1 };
        assert_eq!(found(Window { padding: below, ..Window::square(3, 2, 0) }, 8, 8), Some(Padding::Same));
        // Padding that no window reaches changes nothing.
        assert_eq!(found(Window { padding: below, ..Window::square(3, 3, 0) }, 9, 9), Some(Padding::Valid));
        // One axis as in SAME, the other as in VALID.
        let beside = dim_model_format::Padding { top: 0, left: 1, bottom: 0, right: 1 };
        assert_eq!(found(Window { padding: beside, ..Window::square(3, 1, 0) }, 8, 8), None);
    }

    #[test]
    fn activations() {
        let output = Quantization { scale: 0.05, zero_point: -20 };
        let found = |min, max| activation(Clamp { min, max }, output);
        assert_eq!(found(-128, 127), Some(Activation::None));
        assert_eq!(found(-20, 127), Some(Activation::Relu));
        assert_eq!(found(-20, 100), Some(Activation::Relu6));
        assert_eq!(found(-20, 99), None);
        assert_eq!(found(-128, 100), None);
    }
}
