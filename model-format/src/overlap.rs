//! Where an operator may write over what it reads: an output row ends before the input that is still needed.
//!
//! The section "Overlaps" of `docs/FORMAT.md` in code.

use crate::{Node, Shape};

/// Output pixels that a kernel may compute together, and the last of them once more.
const PIXELS: u16 = 4;

/// Bytes by which the output has to start before the input at least, if both are to share memory; `None` where they
/// must not. The input is not read later, and by this node only.
pub(crate) fn lead(node: &Node, input: Shape, output: Shape) -> Option<u64> {
    let Some(window) = node.window() else {
        return if matches!(node, Node::Add(_)) { Some(0) } else { None };
    };
    // It grows up to the last row that needs the input's first one, and goes straight from there on.
    let first_rows = u64::from(window.padding.top.checked_div(window.stride[0])?);
    let [stride, top] = [window.stride[0], window.padding.top].map(u64::from);
    let row = |shape: Shape| u64::from(shape.width) * u64::from(shape.channels);
    let needed = |y: u64| (y * stride).saturating_sub(top) * row(input);
    let lead = |y: u64| ((y + 1) * row(output)).saturating_sub(needed(y));
    let last = u64::from(output.height).checked_sub(1)?;
    let lead = [first_rows, first_rows + 1, last].into_iter().map(|y| lead(y.min(last))).max();
    lead.filter(|_| output.width >= PIXELS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clamp, Padding, Pool2d, TensorId, Window};

    /// The definition, row by row.
    #[test]
    fn three_rows_are_enough() {
        let extents = [1_u16, 2, 3, 4, 5, 8, 11];
        let cases = extents.into_iter().flat_map(|height| {
            let windows = (1..=4_u8).flat_map(|kernel| (1..=4).map(move |stride| [kernel, stride]));
            windows.flat_map(move |[kernel, stride]| (0..kernel).map(move |top| (height, kernel, stride, top)))
        });
        let mut compared = 0;
        for (height, kernel, stride, top) in cases {
            for channels in [[1, 1], [1, 5], [5, 1], [3, 4]] {
                let padding = Padding { top, left: 0, bottom: 0, right: 0 };
                let window = Window { kernel: [kernel, 1], stride: [stride, 1], padding };
                let Some([rows, width]) = window.output(height, 6) else { continue };
                let [input, output] =
                    [(height, channels[0]), (rows, channels[1])].map(|(h, c)| Shape::new(h, width, c));
                let expected = (0..i64::from(rows)).map(|y| {
                    let needed = (y * i64::from(stride) - i64::from(top)).max(0);
                    (y + 1) * i64::from(width * channels[1]) - needed * i64::from(width * channels[0])
                });
                let node = Node::MaxPool2d(Pool2d { input: TensorId(0), window, clamp: Clamp::NONE });
                let expected = expected.max().unwrap();
                assert_eq!(lead(&node, input, output), u64::try_from(expected).ok(), "{window:?} on {input}");
                compared += 1;
            }
        }
        assert!(compared > 500, "{compared}");
    }
}
