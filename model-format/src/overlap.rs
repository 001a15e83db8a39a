//! Where an operator may write over what it reads: an output row ends before the input that is still needed.
//!
//! The section "Overlaps" of `docs/FORMAT.md` in code.

use crate::{Node, Shape};

/// Output pixels that a kernel may compute together, and the last of them once more.
const PIXELS: u16 = 4;

/// Bytes by which the output has to start before the input at least, if both are to share memory; `None` where they
/// must not. The input is not read later, and by this node only.
#[inline(never)]
pub(crate) fn lead(node: &Node, input: Shape, output: Shape) -> Option<u32> {
    let Some(window) = node.window() else {
        return match node {
            Node::Add(_) | Node::Lookup(_) => Some(0),
            // What repeats is read again.
            Node::Mul(_) if input == output => Some(0),
            _ => None,
        };
    };
    let [stride, top] = [u32::from(window.stride[0]), u32::from(window.padding.top)];
    let row = |shape: Shape| u32::from(shape.width) * u32::from(shape.channels);
    let needed = |y: u32| (y * stride).saturating_sub(top).saturating_mul(row(input));
    let lead = |y: u32| (y + 1).saturating_mul(row(output)).saturating_sub(needed(y));
    (0..u32::from(output.height)).map(lead).max().filter(|_| output.width >= PIXELS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clamp, Padding, Pool2d, TensorId, Window};

    /// Of a window over 8x8 inputs, with padding on the right and at the bottom.
    fn lead_of(kernel: u8, stride: u8, top: u8, [input, output]: [u16; 2]) -> Option<u32> {
        let padding = Padding { top, left: 0, bottom: kernel - 1, right: kernel - 1 };
        let window = Window { kernel: [kernel; 2], stride: [stride; 2], padding };
        let [height, width] = window.output(8, 8).unwrap();
        let node = Node::MaxPool2d(Pool2d { input: TensorId(0), window, clamp: Clamp::NONE });
        lead(&node, Shape::new(8, 8, input), Shape::new(height, width, output))
    }

    #[test]
    fn an_output_row_ends_before_the_inputs_that_it_needs() {
        // Row by row over itself.
        assert_eq!(lead_of(1, 1, 0, [16, 16]), Some(8 * 16));
        // Row 1 still needs row 0.
        assert_eq!(lead_of(3, 1, 1, [16, 16]), Some(2 * 8 * 16));
        // Every row takes two away, so that the first one is the nearest.
        assert_eq!(lead_of(2, 2, 0, [16, 32]), Some(4 * 32));
        // Rows grow, so that the last one is.
        assert_eq!(lead_of(1, 1, 0, [1, 5]), Some(8 * 8 * 5 - 7 * 8));
        // Less than four pixels in a row.
        assert_eq!(lead_of(3, 4, 0, [16, 16]), None);
    }
}
