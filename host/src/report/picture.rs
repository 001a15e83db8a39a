//! Small images inside the page, as PNG.

use std::fmt::Write;

use super::base64::base64;
use super::content::{NeighbourRow, Picture};
use super::escape::escape;
use crate::data::Images;

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
    let picture = &visible(picture);
    let [height, width, _] = picture.shape;
    let data = base64(&png(picture)?);
    Ok(format!(
        "<img class=\"{class}\" width=\"{width}\" height=\"{height}\" alt=\"\" src=\"data:image/png;base64,{data}\">"
    ))
}

/// An image of a set: the first three of its channels, or the first of two.
pub fn shown(images: &Images, index: usize) -> Picture {
    let [height, width, channels] = [images.shape.height, images.shape.width, images.shape.channels].map(usize::from);
    let shown = if channels < 3 { 1 } else { 3 };
    let pixels = images.image(index).chunks_exact(channels).flat_map(|pixel| &pixel[..shown]).copied().collect();
    Picture { shape: [height, width, shown], pixels }
}

/// Rows that a channel of a signal is drawn with.
const BAND: usize = 8;

/// What cannot be seen as it is, in grey: of a signal, a band for each channel, with time from left to right; of other channels
/// than grey or red, green and blue, one beside the other.
fn visible(picture: &Picture) -> Picture {
    let [height, width, channels] = picture.shape;
    let pixel = |row: usize, column: usize, channel: usize| picture.pixels[(row * width + column) * channels + channel];
    if [1, 3].contains(&channels) && width > 1 {
        return picture.clone();
    }
    if width == 1 {
        let rows = (0..channels * BAND).map(|row| row / BAND);
        let pixels = rows.flat_map(|channel| (0..height).map(move |time| pixel(time, 0, channel)));
        return Picture { shape: [channels * BAND, height, 1], pixels: pixels.collect() };
    }
    let beside = move |row| (0..channels * width).map(move |at| pixel(row, at % width, at / width));
    Picture { shape: [height, channels * width, 1], pixels: (0..height).flat_map(beside).collect() }
}

/// Of 1 or 3 channels.
fn png(picture: &Picture) -> anyhow::Result<Vec<u8>> {
    let [height, width, channels] = picture.shape;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, u32::try_from(width)?, u32::try_from(height)?);
    encoder.set_color(if channels == 1 { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.write_header()?.write_image_data(&picture.pixels)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn signals_and_other_channels_are_drawn_in_grey() {
        let picture = |shape, pixels: &[u8]| Picture { shape, pixels: pixels.to_vec() };
        let signal = visible(&picture([3, 1, 2], &[1, 10, 2, 20, 3, 30]));
        assert_eq!(signal.shape, [2 * BAND, 3, 1]);
        assert_eq!(signal.pixels, [[1, 2, 3].repeat(BAND), [10, 20, 30].repeat(BAND)].concat());
        let channels = visible(&picture([1, 2, 2], &[1, 10, 2, 20]));
        assert_eq!((channels.shape, &channels.pixels[..]), ([1, 4, 1], &[1, 2, 10, 20][..]));
        let colours = picture([1, 2, 3], &[1, 2, 3, 4, 5, 6]);
        assert_eq!(visible(&colours).pixels, colours.pixels);
    }
}
