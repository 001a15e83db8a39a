//! One picture in a file of its own.

mod decoded;
mod error;
mod format;
mod jpeg;
mod mend;
mod orientation;
mod others;
mod png;
#[cfg(test)]
mod tests;
mod tiff;

use dim_model_format::Shape;

use super::levels::Levels;
use super::scale::{Region, scale};
pub use error::PictureError;
pub(super) use format::{Format, START};

/// What a picture is before it is brought to a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct About {
    /// `[height, width]`, upright.
    pub(super) size: [usize; 2],
    /// Share of its area that is cut away, 0 to 1.
    pub(super) cut: f64,
    /// Least and greatest value, of one with 16 bits.
    pub(super) range: Option<[u16; 2]>,
    /// Whether it was turned upright.
    pub(super) is_turned: bool,
}

/// Decodes the bytes of a file and brings the picture to `shape`, which has 1 or 3 channels: it is turned upright,
/// transparency becomes white, colours become grey as in ITU-R BT.601 or grey is repeated, the middle with the
/// proportions of `shape` is scaled.
pub(super) fn read(bytes: &[u8], shape: Shape, levels: Option<Levels>) -> Result<(Vec<u8>, About), PictureError> {
    let decoded = match Format::of(bytes).ok_or(PictureError::Format)? {
        Format::Png => png::decode(bytes)?,
        Format::Jpeg => jpeg::decode(bytes)?,
        Format::Gif => others::decode_gif(bytes)?,
        Format::Webp => others::decode_webp(bytes)?,
        Format::Bmp => others::decode_bmp(bytes)?,
        Format::Tiff => tiff::decode(bytes)?,
        Format::Heif => return Err(PictureError::Unreadable("HEIC or AVIF")),
    };
    let (orientation, range) = (decoded.orientation, decoded.range());
    let picture = decoded.into_bytes(levels).upright(orientation);
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(usize::from);
    let size = [picture.height, picture.width];
    let region = Region::middle(size, [height, width]);
    let kept = region.rows.len() as f64 * region.columns.len() as f64 / (size[0] as f64 * size[1] as f64);
    let about = About { size, cut: 1.0 - kept, range, is_turned: (2..=8).contains(&orientation) };
    let pixels = picture.with_channels(channels);
    Ok((scale(&pixels, [picture.width, channels], &region, [height, width]), about))
}

/// The same without levels, pixels only.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn decode_scaled(bytes: &[u8], shape: Shape) -> Result<Vec<u8>, PictureError> {
    read(bytes, shape, None).map(|(pixels, _)| pixels)
}
