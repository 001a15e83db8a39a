//! Small images inside the page, as PNG.

use std::fmt::Write;

use anyhow::ensure;

use super::content::{NeighbourRow, Picture};
use super::escape::escape;

/// One line for each image: the image, then its neighbours.
pub(super) fn neighbours(rows: &[NeighbourRow]) -> anyhow::Result<String> {
    let mut html = String::new();
    for row in rows {
        write!(html, "<figure><figcaption>{}</figcaption>{}", escape(&row.class), image(&row.query, "query")?)?;
        for (picture, same) in &row.nearest {
            html.push_str(&image(picture, if *same { "same" } else { "other" })?);
        }
        html.push_str("</figure>");
    }
    Ok(html)
}

/// Each image above its reconstruction.
pub(super) fn pairs(pairs: &[[Picture; 2]]) -> anyhow::Result<String> {
    let mut html = String::new();
    for [original, drawn] in pairs {
        write!(html, "<figure>{}{}</figure>", image(original, "original")?, image(drawn, "drawn")?)?;
    }
    Ok(html)
}

/// One image, in an element of this class.
pub(super) fn image(picture: &Picture, class: &str) -> anyhow::Result<String> {
    let [height, width, _] = picture.shape;
    let data = base64(&png(picture)?);
    Ok(format!(
        "<img class=\"{class}\" width=\"{width}\" height=\"{height}\" alt=\"\" src=\"data:image/png;base64,{data}\">"
    ))
}

fn png(picture: &Picture) -> anyhow::Result<Vec<u8>> {
    let [height, width, channels] = picture.shape;
    ensure!([1, 3].contains(&channels), "a picture has 1 or 3 channels, not {channels}");
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, u32::try_from(width)?, u32::try_from(height)?);
    encoder.set_color(if channels == 1 { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.write_header()?.write_image_data(&picture.pixels)?;
    Ok(bytes)
}

/// The standard alphabet with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if digit > chunk.len() { '=' } else { char::from(ALPHABET[value as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648, section 10, and the last digits of the alphabet.
    #[test]
    fn base64_vectors() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn a_png_gives_its_pixels_back() {
        for channels in [1, 3] {
            let pixels: Vec<u8> = (0..2 * 5 * channels).map(|at| (at * 8) as u8).collect();
            let bytes = png(&Picture { shape: [2, 5, channels], pixels: pixels.clone() }).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
            let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut decoded).unwrap();
            assert_eq!((info.width, info.height), (5, 2));
            assert_eq!(decoded, pixels);
        }
        assert!(png(&Picture { shape: [1, 1, 2], pixels: vec![0; 2] }).is_err());
    }
}
