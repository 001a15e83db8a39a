//! TOSA's windows: the last one must end where the padded input does.

use dim_model_format::{Shape, Window};

/// The input that the windows cover, and the padding around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Covered {
    /// Rows and columns, from the first ones of the input on.
    pub(crate) extents: [i32; 2],
    /// Top, bottom, left, right, as TOSA orders them.
    pub(crate) pad: [i32; 4],
}

/// Without the padding that no window reaches, nor such rows and columns.
pub(crate) fn covered(window: &Window, input: Shape, output: Shape) -> Covered {
    let axis = |axis: usize, before: u8, input: u16, windows: u16| {
        let [kernel, stride] = [window.kernel[axis], window.stride[axis]].map(i32::from);
        let [before, input] = [i32::from(before), i32::from(input)];
        let end = (i32::from(windows) - 1) * stride + kernel - before;
        (end.min(input), [before, (end - input).max(0)])
    };
    let (height, [top, bottom]) = axis(0, window.padding.top, input.height, output.height);
    let (width, [left, right]) = axis(1, window.padding.left, input.width, output.width);
    Covered { extents: [height, width], pad: [top, bottom, left, right] }
}

#[cfg(test)]
mod tests {
    use dim_model_format::Padding;

    use super::*;

    fn found(window: Window, height: u16, width: u16) -> Covered {
        let [rows, columns] = window.output(height, width).expect("a window fits");
        covered(&window, Shape::new(height, width, 1), Shape::new(rows, columns, 1))
    }

    #[test]
    fn what_no_window_reaches_is_left_out() {
        let all = Covered { extents: [8, 9], pad: [1, 1, 1, 1] };
        assert_eq!(found(Window::square(3, 1, 1), 8, 9), all);
        // The last of four windows covers rows 5 to 7; that of columns is as wide as the padding goes.
        let less = Covered { extents: [8, 9], pad: [1, 0, 1, 1] };
        assert_eq!(found(Window::square(3, 2, 1), 8, 9), less);
        assert_eq!(found(Window::square(2, 2, 0), 5, 4), Covered { extents: [4, 4], pad: [0; 4] });
        let padding = Padding { top: 2, left: 0, bottom: 1, right: 2 };
        let odd = Window { kernel: [3, 3], stride: [4, 3], padding };
        assert_eq!(found(odd, 7, 5), Covered { extents: [5, 5], pad: [2, 0, 0, 1] });
    }
}
