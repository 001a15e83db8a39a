//! WebP, GIF and BMP files.

use std::io::Cursor;

use gif::ColorOutput;
use image_webp::WebPDecoder;
use zune_bmp::BmpDecoder;
use zune_bmp::zune_core::bytestream::ZCursor;
use zune_bmp::zune_core::colorspace::ColorSpace;
use zune_bmp::zune_core::options::DecoderOptions;

use super::decoded::{Decoded, Samples};
use super::error::{PictureError, check_length, check_size};
use super::orientation;

/// Pixels that a byte stands for at most where the format sets no bound: those of a file of one colour are refused beyond.
const MOST_PIXELS: usize = 1 << 14;
/// Bytes that a decoder may take.
const MOST_BYTES: usize = 1 << 29;

pub(super) fn decode_webp(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(PictureError::damaged)?;
    decoder.set_memory_limit(MOST_BYTES);
    let (width, height) = decoder.dimensions();
    let [height, width] = check(bytes, [height as usize, width as usize])?;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let mut pixels = vec![0; height * width * channels];
    decoder.read_image(&mut pixels).map_err(PictureError::damaged)?;
    let exif = decoder.exif_metadata().ok().flatten();
    let orientation = exif.map_or(1, |exif| orientation::read(&exif));
    Ok(Decoded { height, width, channels, samples: Samples::Bytes(pixels), orientation })
}

/// The first frame, on a transparent canvas.
pub(super) fn decode_gif(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.check_frame_consistency(true);
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(PictureError::damaged)?;
    let [height, width] = check(bytes, [usize::from(decoder.height()), usize::from(decoder.width())])?;
    let frame = decoder.read_next_frame().map_err(PictureError::damaged)?;
    let frame = frame.ok_or_else(|| PictureError::Damaged("it has no frame".to_owned()))?;
    let [left, top, columns] = [frame.left, frame.top, frame.width].map(usize::from);
    let mut pixels = vec![0; height * width * 4];
    let lines = frame.buffer.chunks_exact((columns * 4).max(1));
    for (line, to) in lines.zip(pixels.chunks_exact_mut(width * 4).skip(top)) {
        if let Some(to) = to.get_mut(left * 4..(left + columns) * 4) {
            to.copy_from_slice(line);
        }
    }
    Ok(Decoded { height, width, channels: 4, samples: Samples::Bytes(pixels), orientation: 1 })
}

pub(super) fn decode_bmp(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let damaged = |error: zune_bmp::BmpDecoderErrors| PictureError::damaged(format!("{error:?}"));
    let options = DecoderOptions::new_safe().set_strict_mode(true).set_max_width(65_535).set_max_height(65_535);
    let mut decoder = BmpDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let [height, width] = check(bytes, [height, width])?;
    let channels = match decoder.colorspace() {
        Some(ColorSpace::Luma) => 1,
        Some(ColorSpace::RGB) => 3,
        Some(ColorSpace::RGBA) => 4,
        _ => return Err(PictureError::Unreadable("a BMP image of unusual colours")),
    };
    let pixels = decoder.decode().map_err(damaged)?;
    if pixels.len() != height * width * channels {
        return Err(PictureError::Damaged("it has fewer pixels than it states".to_owned()));
    }
    Ok(Decoded { height, width, channels, samples: Samples::Bytes(pixels), orientation: 1 })
}

fn check(bytes: &[u8], size: [usize; 2]) -> Result<[usize; 2], PictureError> {
    let size = check_size(size)?;
    check_length(bytes.len(), size, MOST_PIXELS)?;
    Ok(size)
}
