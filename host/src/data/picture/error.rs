//! Why a picture cannot be used.

use std::io;

/// Pixels that are still decoded: 400 megabytes in colour.
pub(super) const MOST_PIXELS: usize = 100_000_000;

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The operating system refused.
    #[error("cannot be read: {0}")]
    Read(io::Error),
    /// The content is of another format, whatever the name says.
    #[error("is no PNG, JPEG, WebP, GIF, BMP or TIFF image")]
    Format,
    /// The format is known and cannot be read.
    #[error("is {0}, which cannot be read (convert it to PNG or JPEG)")]
    Unreadable(&'static str),
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

impl PictureError {
    /// What a decoder says, on one line.
    pub(super) fn damaged(error: impl std::fmt::Display) -> Self {
        Self::Damaged(error.to_string().trim().replace('\n', " "))
    }
}

/// Refuses what has no pixels or too many.
pub(super) fn check_size([height, width]: [usize; 2]) -> Result<[usize; 2], PictureError> {
    match height.checked_mul(width) {
        Some(1..=MOST_PIXELS) => Ok([height, width]),
        _ => Err(PictureError::TooLarge { width, height }),
    }
}

/// Refuses a picture that states more than `most` pixels for each byte of its file.
pub(super) fn check_length(bytes: usize, [height, width]: [usize; 2], most: usize) -> Result<(), PictureError> {
    if height * width / most > bytes {
        return Err(PictureError::TooShort { bytes, width, height });
    }
    Ok(())
}
