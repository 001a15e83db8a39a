//! Images of three channels: pixels and weights are written with a fourth one, so that they fill words. Its weights are zero,
//! so what stands in the place of its inputs does not matter.

use super::tiles::Patch;
use crate::kernels::scratch::winograd::{KERNEL, POINTS};
use crate::operands::Map;

/// Channels of such an image.
pub(super) const COLOURS: usize = 3;
/// Taps of a kernel.
const TAPS: usize = KERNEL * KERNEL;

/// The inputs of a tile, each a word of bytes.
pub(super) type Pixels = [[u32; POINTS]; POINTS];

/// Writes the inputs of a tile, which are `outside` where the map has none.
#[inline(never)]
pub(super) fn pad_pixels(patch: &Patch, input: &Map<'_>, outside: u32, pixels: &mut Pixels) -> Option<()> {
    pixels.as_flattened_mut().fill(outside);
    let width = usize::from(input.shape.width);
    for (row, y) in pixels.iter_mut().skip(patch.first_row).zip(patch.rows.clone()) {
        let mut values: &[u8] = bytemuck::cast_slice(input.from((y * width + patch.columns.start) * COLOURS)?);
        for pixel in row.iter_mut().skip(patch.first_column).take(patch.columns.len()) {
            // The first channel of the next pixel comes with it.
            *pixel = match *values {
                [a, b, c, d, ..] => u32::from_ne_bytes([a, b, c, d]),
                [a, b, c] => u32::from_ne_bytes([a, b, c, 0]),
                _ => return None,
            };
            values = values.get(COLOURS..)?;
        }
    }
    Some(())
}

/// A filter of two output channels with a fourth input channel, in the order of a paired filter, two bytes for an input.
#[inline(never)]
pub(super) fn pad_filter(filter: &[u8], padded: &mut [u32]) -> Option<()> {
    padded.fill(0);
    let from: &[u16] = bytemuck::try_cast_slice(filter).ok()?;
    let to: &mut [u16] = bytemuck::cast_slice_mut(padded);
    for tap in 0..TAPS {
        for channel in 0..COLOURS {
            *to.get_mut(place(tap * (COLOURS + 1) + channel))? = *from.get(place(tap * COLOURS + channel))?;
        }
    }
    Some(())
}

/// Where the weights of an input stand: of every four inputs first 0 and 2, then 1 and 3.
#[inline]
const fn place(input: usize) -> usize {
    input / 4 * 4 + input % 2 * 2 + input % 4 / 2
}
