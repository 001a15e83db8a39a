//! Formats of pictures, by the bytes that they start with.

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG, with or without JFIF and EXIF.
    Jpeg,
    /// The first frame counts.
    Gif,
    /// With or without loss.
    Webp,
    /// Of Windows.
    Bmp,
    /// The first page counts.
    Tiff,
    /// HEIC and AVIF, which cannot be read.
    Heif,
}

/// Bytes that [`Format::of`] looks at.
pub(crate) const START: usize = 16;

impl Format {
    /// Recognizes a file by its first [`START`] bytes.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let at = |place: usize, expected: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(expected));
        let starts: [(usize, &[u8], Self); 8] = [
            (0, b"\x89PNG\r\n\x1a\n", Self::Png),
            (0, b"\xff\xd8\xff", Self::Jpeg),
            (0, b"GIF87a", Self::Gif),
            (0, b"GIF89a", Self::Gif),
            (0, b"II*\0", Self::Tiff),
            (0, b"MM\0*", Self::Tiff),
            (0, b"BM", Self::Bmp),
            (8, b"WEBP", Self::Webp),
        ];
        if at(4, b"ftyp") && [b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"].iter().any(|brand| at(8, *brand)) {
            return Some(Self::Heif);
        }
        let is_riff = at(0, b"RIFF");
        let found =
            starts.iter().find(|(place, start, format)| at(*place, start) && (*format != Self::Webp || is_riff));
        found.map(|(_, _, format)| *format)
    }

    /// Whether the start is enough to call a file a picture whose name does not say so: two letters are not, and raw
    /// files of cameras start as TIFF does.
    pub(crate) const fn is_certain(self) -> bool {
        !matches!(self, Self::Bmp | Self::Tiff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_a_start_of_its_own() {
        for (start, format) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], Some(Format::Png)),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Some(Format::Jpeg)),
            (b"GIF89a\x01\0\x01\0", Some(Format::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8L", Some(Format::Webp)),
            (b"RIFF\x10\0\0\0WAVEfmt ", None),
            (b"BM\x46\0\0\0\0\0\0\0", Some(Format::Bmp)),
            (b"II*\0\x08\0\0\0", Some(Format::Tiff)),
            (b"MM\0*\0\0\0\x08", Some(Format::Tiff)),
            (b"\0\0\0\x18ftypheic", Some(Format::Heif)),
            (b"\0\0\0\x18ftypmp42", None),
            (b"", None),
            (b"\0\x05\x16\x07", None),
        ] {
            assert_eq!(Format::of(start), format, "{start:?}");
        }
    }
}
