//! `TFLite`'s paddings and fused activations, where they are ours.

use dim_model_format::{Clamp, Quantization, Shape, Window};

use super::schema::{Activation, Padding};

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
pub(super) fn padding(window: &Window, input: Shape, output: Shape) -> Option<Padding> {
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
pub(super) fn activation(clamp: Clamp, output: Quantization) -> Option<Activation> {
    let code = |real: f32| i64::from(output.zero_point) + (real / output.scale).round() as i64;
    let bound = |code: i64| code.clamp(i8::MIN.into(), i8::MAX.into());
    let [zero, six] = [bound(code(0.0)), bound(code(6.0))];
    let found = [i64::from(clamp.min), i64::from(clamp.max)];
    let all = [i64::from(i8::MIN), i64::from(i8::MAX)];
    let known = [(Activation::None, all), (Activation::Relu, [zero, all[1]]), (Activation::Relu6, [zero, six])];
    known.into_iter().find(|(_, bounds)| *bounds == found).map(|(activation, _)| activation)
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
