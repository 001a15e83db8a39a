//! PNG files.

use std::io::Cursor;

use png::{BitDepth, ColorType, Transformations};

use super::decoded::{Decoded, Samples};
use super::error::{PictureError, check_size};
use super::orientation;

/// Bytes of rows that a byte of a PNG file stands for at most: deflate copies up to 258 with two bits.
const MOST_BYTES: usize = 258 * 4;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(PictureError::damaged)?;
    let [height, width] = check_size([reader.info().height as usize, reader.info().width as usize])?;
    if reader.info().raw_bytes() / MOST_BYTES > bytes.len() {
        return Err(PictureError::TooShort { bytes: bytes.len(), width, height });
    }
    // The decoder panics where a colour is cut short (png 0.18.1).
    if reader.info().palette.as_ref().is_some_and(|palette| !palette.len().is_multiple_of(3)) {
        return Err(PictureError::Damaged("the last colour of its palette is cut short".to_owned()));
    }
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let output = reader.next_frame(&mut pixels).map_err(PictureError::damaged)?;
    reader.finish().map_err(PictureError::damaged)?;
    let channels = match output.color_type {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        // Indices are replaced by their colours.
        ColorType::Rgb | ColorType::Indexed => 3,
        ColorType::Rgba => 4,
    };
    let samples = match output.bit_depth {
        BitDepth::Sixteen => {
            Samples::Words(pixels.as_chunks().0.iter().map(|word| u16::from_be_bytes(*word)).collect())
        }
        _ => Samples::Bytes(pixels),
    };
    let orientation = reader.info().exif_metadata.as_deref().map_or(1, orientation::read);
    Ok(Decoded { height, width, channels, samples, orientation })
}
