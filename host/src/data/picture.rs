//! One PNG or JPEG file.

use std::io::{self, Cursor};

use dim_model_format::Shape;
use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::scale::{Region, scale};

/// Pixels that are still decoded: 400 megabytes in colour.
const MOST_PIXELS: usize = 100_000_000;
/// Bytes of rows that a byte of a PNG file stands for at most: deflate copies up to 258 with two bits.
const MOST_PNG_BYTES: usize = 258 * 4;
/// Pixels that a byte of a JPEG file stands for at most. Each block of 8x8 values takes at least a bit; one component has
/// values for every column and for one row of four or more, and that one or another for every row and for one column of
/// four or more (ITU-T T.81, A.1.1).
const MOST_JPEG_PIXELS: usize = 8 * 64 * 2;
/// Of a file's start.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The operating system refused.
    #[error("cannot be read: {0}")]
    Read(io::Error),
    /// The content is of another format, whatever the name says.
    #[error("is neither PNG nor JPEG")]
    Format,
    /// The decoder refused.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// Decoding it would fill the memory.
    #[error("has {width}x{height} pixels, at most {MOST_PIXELS} are possible")]
    TooLarge {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Its end is missing, or never was there.
    #[error("has {bytes} bytes, too few for the {width}x{height} pixels that it states")]
    TooShort {
        /// Of the file.
        bytes: usize,
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
}

/// A decoded picture.
#[derive(Debug, PartialEq, Eq)]
struct Picture {
    height: usize,
    width: usize,
    /// 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha.
    channels: usize,
    /// `[height, width, channels]`.
    pixels: Vec<u8>,
}

/// Decodes the bytes of a file and brings the picture to `shape`, which has 1 or 3 channels: transparency becomes
/// white, colours become grey as in ITU-R BT.601 or grey is repeated, the middle with the proportions of `shape`
/// is scaled.
pub(super) fn decode_scaled(bytes: &[u8], shape: Shape) -> Result<Vec<u8>, PictureError> {
    let picture = decode(bytes)?;
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let region = Region::middle([picture.height, picture.width], [height, width]);
    let pixels = picture.with_channels(channels);
    Ok(scale(&pixels, [picture.width, channels], &region, [height, width]))
}

fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    if bytes.starts_with(PNG) {
        decode_png(bytes)
    } else if bytes.starts_with(JPEG) {
        decode_jpeg(bytes)
    } else {
        Err(PictureError::Format)
    }
}

fn decode_png(bytes: &[u8]) -> Result<Picture, PictureError> {
    let damaged = |error: png::DecodingError| PictureError::Damaged(error.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(damaged)?;
    let [height, width] = check_size([reader.info().height as usize, reader.info().width as usize])?;
    if reader.info().raw_bytes() / MOST_PNG_BYTES > bytes.len() {
        return Err(PictureError::TooShort { bytes: bytes.len(), width, height });
    }
    // The decoder panics where a colour is cut short (png 0.18.1).
    if reader.info().palette.as_ref().is_some_and(|palette| !palette.len().is_multiple_of(3)) {
        return Err(PictureError::Damaged("the last colour of its palette is cut short".to_owned()));
    }
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let output = reader.next_frame(&mut pixels).map_err(damaged)?;
    reader.finish().map_err(damaged)?;
    let channels = match output.color_type {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        // Indices are replaced by their colours.
        ColorType::Rgb | ColorType::Indexed => 3,
        ColorType::Rgba => 4,
    };
    Ok(Picture { height, width, channels, pixels })
}

fn decode_jpeg(bytes: &[u8]) -> Result<Picture, PictureError> {
    let damaged = |error: zune_jpeg::errors::DecodeErrors| PictureError::Damaged(error.to_string().replace('\n', " "));
    // Strict: otherwise a truncated file is filled up with grey.
    let options = DecoderOptions::new_safe().set_strict_mode(true).set_max_width(65_535).set_max_height(65_535);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let [height, width] = check_size([height, width])?;
    if height * width / MOST_JPEG_PIXELS > bytes.len() {
        return Err(PictureError::TooShort { bytes: bytes.len(), width, height });
    }
    let is_grey = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let (colors, channels) = if is_grey { (ColorSpace::Luma, 1) } else { (ColorSpace::RGB, 3) };
    decoder.set_options(options.jpeg_set_out_colorspace(colors));
    let pixels = decoder.decode().map_err(damaged)?;
    Ok(Picture { height, width, channels, pixels })
}

fn check_size([height, width]: [usize; 2]) -> Result<[usize; 2], PictureError> {
    match height.checked_mul(width) {
        Some(1..=MOST_PIXELS) => Ok([height, width]),
        _ => Err(PictureError::TooLarge { width, height }),
    }
}

impl Picture {
    /// `[height, width, channels]`, with 1 or 3 channels.
    fn with_channels(&self, channels: usize) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(self.height * self.width * channels);
        for pixel in self.pixels.chunks_exact(self.channels) {
            let color = match *pixel {
                [grey] => [grey; 3],
                [grey, alpha] => [over_white(grey, alpha); 3],
                [red, green, blue] => [red, green, blue],
                [red, green, blue, alpha] => [red, green, blue].map(|value| over_white(value, alpha)),
                _ => continue,
            };
            match channels {
                1 => pixels.push(luma(color)),
                _ => pixels.extend(color),
            }
        }
        pixels
    }
}

fn over_white(value: u8, alpha: u8) -> u8 {
    let [value, alpha] = [value, alpha].map(u32::from);
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Grey of a colour, ITU-R BT.601: 0.299 red, 0.587 green, 0.114 blue.
fn luma(color: [u8; 3]) -> u8 {
    let [red, green, blue] = color.map(u32::from);
    ((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8
}
