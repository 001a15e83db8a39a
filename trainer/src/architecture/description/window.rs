//! Kernel, stride and padding of a layer.

use dim_model_format::{Padding, Shape, Window};

use super::error::Fault;
use super::table::{Table, Value};

const EXTENT: &str = "a whole number from 1 to 255, or two of them as [rows, columns]";
const PADDING: &str =
    "a whole number from 0 to 254, [rows, columns], [top, left, bottom, right] or \"same\", which keeps the size";

/// The keys of a window.
pub(super) const WINDOW: [&str; 3] = ["kernel", "stride", "padding"];

/// The window in `table`, over `input`; without a stride, it is 1 or, if it `tiles`, the kernel's extent.
pub(super) fn window(table: &mut Table<'_>, input: Shape, tiles: bool) -> Result<Window, Fault> {
    let kernel = extents(&table.need("kernel", "kernel = 3")?)?;
    let usual = if tiles { kernel } else { [1; 2] };
    let stride = table.take("stride").map_or(Ok(usual), |value| extents(&value))?;
    let padding =
        table.take("padding").map_or(Ok(Padding::default()), |value| padding(&value, input, kernel, stride))?;
    Ok(Window { kernel, stride, padding })
}

fn extents(value: &Value<'_>) -> Result<[u8; 2], Fault> {
    match value.numbers(&(1..=255)).as_deref() {
        Some(&[both]) => Ok([both; 2]),
        Some(&[rows, columns]) => Ok([rows, columns]),
        _ => Err(value.refused(EXTENT)),
    }
}

fn padding(value: &Value<'_>, input: Shape, kernel: [u8; 2], stride: [u8; 2]) -> Result<Padding, Fault> {
    if value.text() == Some("same") {
        let [top, bottom] = same(input.height, kernel[0], stride[0]);
        let [left, right] = same(input.width, kernel[1], stride[1]);
        return Ok(Padding { top, left, bottom, right });
    }
    match value.numbers(&(0..=254)).as_deref() {
        Some(&[all]) => Ok(Padding::all(all)),
        Some(&[rows, columns]) => Ok(Padding { top: rows, left: columns, bottom: rows, right: columns }),
        Some(&[top, left, bottom, right]) => Ok(Padding { top, left, bottom, right }),
        _ => Err(value.refused(PADDING)),
    }
}

/// As much before and after that `extent / stride` windows, rounded up, fit; an odd one comes after, as in `TFLite`.
fn same(extent: u16, kernel: u8, stride: u8) -> [u8; 2] {
    let [extent, kernel, stride] = [extent, kernel.into(), stride.into()].map(u32::from);
    let all = ((extent.div_ceil(stride) - 1) * stride + kernel).saturating_sub(extent);
    // At most the kernel less one.
    [all / 2, all - all / 2].map(|elements| u8::try_from(elements).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_keeps_the_extent_over_the_stride_rounded_up() {
        for extent in 1..40 {
            for kernel in 1..9 {
                for stride in 1..6 {
                    let [before, after] = same(extent, kernel, stride);
                    let padding = Padding { top: before, bottom: after, ..Padding::default() };
                    let window = Window { kernel: [kernel, 1], stride: [stride, 1], padding };
                    let rows = extent.div_ceil(stride.into());
                    assert_eq!(window.output(extent, 1), Some([rows, 1]), "{extent} {kernel} {stride}");
                    assert!(after < kernel && before <= after && after - before <= 1);
                }
            }
        }
        // Its definition for 224 pixels, kernel 3 and stride 2: one column behind only.
        assert_eq!(same(224, 3, 2), [0, 1]);
    }
}
