//! JPEG files.

use std::io::Cursor;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::decoded::{Decoded, Samples};
use super::error::{PictureError, check_length, check_size};
use super::{mend, orientation};

/// Pixels that a byte of a JPEG file stands for at most. Each block of 8x8 values takes at least a bit; one component has
/// values for every column and for one row of four or more, and that one or another for every row and for one column of
/// four or more (ITU-T T.81, A.1.1).
const MOST_PIXELS: usize = 8 * 64 * 2;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mended = mend::mend(bytes);
    let bytes = mended.as_deref().unwrap_or(bytes);
    // Strict: otherwise a truncated file is filled up with grey.
    let options = DecoderOptions::new_safe().set_strict_mode(true).set_max_width(65_535).set_max_height(65_535);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(PictureError::damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let [height, width] = check_size([height, width])?;
    check_length(bytes.len(), [height, width], MOST_PIXELS)?;
    let is_grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (colors, channels) = if is_grey { (ColorSpace::Luma, 1) } else { (ColorSpace::RGB, 3) };
    decoder.set_options(options.jpeg_set_out_colorspace(colors));
    let pixels = decoder.decode().map_err(PictureError::damaged)?;
    let orientation = decoder.exif().map_or(1, |exif| orientation::read(exif));
    Ok(Decoded { height, width, channels, samples: Samples::Bytes(pixels), orientation })
}
