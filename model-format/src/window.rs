//! A window that slides over rows and columns, and the padding around them.
//!
//! The order of the fields is the wire format: append, never reorder.

use serde::{Deserialize, Serialize};

/// Zeros (real zero: the input's zero point) around the input, in elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Padding {
    /// Rows above.
    pub top: u8,
    /// Columns to the left.
    pub left: u8,
    /// Rows below.
    pub bottom: u8,
    /// Columns to the right.
    pub right: u8,
}

impl Padding {
    /// The same on all four sides.
    pub const fn all(elements: u8) -> Self {
        Self { top: elements, left: elements, bottom: elements, right: elements }
    }
}

/// A sliding window, `[height, width]` everywhere.
///
/// The output has `(input + padding - kernel) / stride + 1` rows and columns, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Extent of the window, at least 1.
    pub kernel: [u8; 2],
    /// Distance between windows, at least 1.
    pub stride: [u8; 2],
    /// Padding, less than the kernel on each side, so that every window sees an element.
    pub padding: Padding,
}

impl Window {
    /// A square window with the same stride and padding in both directions.
    pub const fn square(kernel: u8, stride: u8, padding: u8) -> Self {
        Self { kernel: [kernel; 2], stride: [stride; 2], padding: Padding::all(padding) }
    }

    /// Rows and columns of the output for an input of `height` x `width`; `None` where no window fits.
    pub fn output(&self, height: u16, width: u16) -> Option<[u16; 2]> {
        let Padding { top, left, bottom, right } = self.padding;
        Some([
            windows(height, top, bottom, self.kernel[0], self.stride[0])?,
            windows(width, left, right, self.kernel[1], self.stride[1])?,
        ])
    }
}

fn windows(extent: u16, before: u8, after: u8, kernel: u8, stride: u8) -> Option<u16> {
    let padded = u32::from(extent) + u32::from(before) + u32::from(after);
    let steps = padded.checked_sub(u32::from(kernel))?.checked_div(u32::from(stride))?;
    u16::try_from(steps + 1).ok()
}
