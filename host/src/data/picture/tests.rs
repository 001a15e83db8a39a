//! Files of every format: as Pillow 12 wrote them, or with a chunk put into them here.

use dim_model_format::Shape;

use super::{About, PictureError, decode_scaled, read};

/// Two columns and three rows, from below.
const BMP_24: [u8; 78] = [
    66, 77, 78, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 24, 0,
    0, 0, 196, 14, 0, 0, 196, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2, 1, 6, 5, 4, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0,
    30, 20, 10, 50, 100, 200, 0, 0,
];

/// The same picture.
const WEBP_LOSSLESS: [u8; 78] = [
    82, 73, 70, 70, 70, 0, 0, 0, 87, 69, 66, 80, 86, 80, 56, 76, 57, 0, 0, 0, 47, 1, 128, 0, 0, 47, 64, 32, 64, 17, 6,
    184, 230, 255, 25, 55, 20, 180, 109, 195, 244, 243, 71, 52, 106, 83, 208, 182, 13, 211, 7, 97, 143, 63, 209, 205,
    127, 0, 252, 191, 40, 98, 235, 206, 174, 64, 32, 144, 134, 20, 98, 153, 229, 136, 254, 199, 2, 0,
];

/// 0x1234, 4095 and 0, turned as orientation 6.
const TIFF_GREY16: [u8; 140] = [
    73, 73, 42, 0, 8, 0, 0, 0, 10, 0, 0, 1, 4, 0, 1, 0, 0, 0, 3, 0, 0, 0, 1, 1, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3,
    0, 1, 0, 0, 0, 16, 0, 0, 0, 3, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 6, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 17, 1, 4, 0, 1,
    0, 0, 0, 134, 0, 0, 0, 18, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 22, 1, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 23, 1, 4, 0, 1, 0,
    0, 0, 6, 0, 0, 0, 28, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 52, 18, 255, 15, 0, 0,
];

/// The same picture, packed by LZW.
const TIFF_RGB: [u8; 162] = [
    73, 73, 42, 0, 30, 0, 0, 0, 128, 2, 130, 129, 230, 65, 144, 100, 0, 132, 63, 225, 64, 16, 16, 12, 8, 5, 3, 64, 64,
    0, 10, 0, 0, 1, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 2, 1, 3, 0, 3, 0, 0, 0, 156, 0,
    0, 0, 3, 1, 3, 0, 1, 0, 0, 0, 5, 0, 0, 0, 6, 1, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 17, 1, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0,
    21, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 22, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 23, 1, 4, 0, 1, 0, 0, 0, 21, 0, 0, 0, 28,
    1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 8, 0, 8, 0,
];

/// The same picture.
const GIF: [u8; 60] = [
    71, 73, 70, 56, 55, 97, 2, 0, 3, 0, 130, 0, 0, 255, 255, 255, 200, 100, 50, 10, 20, 30, 4, 5, 6, 1, 2, 3, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 44, 0, 0, 0, 0, 2, 0, 3, 0, 0, 8, 9, 0, 5, 4, 40, 0, 128, 192, 128, 128, 0, 59,
];

/// Sixteen rows of eight pixels, 60 above and 180 below; its tables, the usual ones, are left out.
const MJPEG: [u8; 120] = [
    255, 216, 255, 224, 0, 16, 74, 70, 73, 70, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 255, 219, 0, 67, 0, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 255, 192, 0, 11, 8, 0, 16, 0, 8, 1, 1, 17, 0, 255, 218, 0,
    8, 1, 1, 0, 0, 63, 0, 254, 119, 235, 251, 192, 175, 255, 217,
];

/// What BMP, WebP, TIFF and GIF hold here.
const COLOURS: [u8; 18] = [10, 20, 30, 200, 100, 50, 0, 0, 0, 255, 255, 255, 1, 2, 3, 4, 5, 6];

#[test]
fn every_format_gives_its_pixels() {
    for file in [&BMP_24[..], &WEBP_LOSSLESS, &TIFF_RGB, &GIF] {
        assert_eq!(decode_scaled(file, Shape::new(3, 2, 3)).unwrap(), COLOURS);
    }
}

#[test]
fn a_part_of_a_gif_lies_on_a_white_canvas() {
    let mut file = GIF;
    // The frame is two columns wide; its left edge moves by one, and the canvas grows to three columns.
    let frame = file.iter().position(|byte| *byte == b',').unwrap();
    (file[6], file[frame + 1]) = (3, 1);
    let pixels = decode_scaled(&file, Shape::new(3, 3, 3)).unwrap();
    assert_eq!(pixels[..9], [255, 255, 255, 10, 20, 30, 200, 100, 50]);
}

#[test]
fn sixteen_bits_are_told_with_their_range() {
    // Turned upright, the row is a column.
    let (pixels, about) = read(&TIFF_GREY16, Shape::new(3, 1, 1), None).unwrap();
    assert_eq!(pixels, [0x12, 15, 0]);
    assert_eq!(about, About { size: [3, 1], cut: 0.0, range: Some([0, 0x1234]), is_turned: true });
    let levels = "0:4095".parse().ok();
    assert_eq!(read(&TIFF_GREY16, Shape::new(3, 1, 1), levels).unwrap().0, [255, 255, 0]);
}

/// A file with these bytes put in at a place.
fn with(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    [&file[..at], bytes, &file[at..]].concat()
}

/// EXIF of a camera held upright: little-endian, one entry.
const TURNED: [u8; 26] = [73, 73, 42, 0, 8, 0, 0, 0, 1, 0, 18, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];

#[test]
fn a_frame_of_mjpeg_is_read_and_turned() {
    let (pixels, about) = read(&MJPEG, Shape::new(16, 8, 1), None).unwrap();
    assert_eq!(pixels, [[60; 64], [180; 64]].concat());
    assert!(!about.is_turned);
    let header = [&[0xff, 0xe1, 0, 34][..], b"Exif\0\0", &TURNED].concat();
    let (pixels, about) = read(&with(&MJPEG, 2, &header), Shape::new(8, 16, 1), None).unwrap();
    // What was below is now on the left.
    assert_eq!(pixels, [[180; 8], [60; 8]].concat().repeat(8));
    assert_eq!((about.size, about.is_turned), ([8, 16], true));
    let between = with(&MJPEG, 20, &[0; 5]);
    assert_eq!(decode_scaled(&between, Shape::new(16, 8, 1)).unwrap(), [[60; 64], [180; 64]].concat());
}

#[test]
fn a_png_file_is_turned() {
    let mut info = png::Info::with_size(1, 2);
    info.color_type = png::ColorType::Grayscale;
    info.exif_metadata = Some(TURNED.to_vec().into());
    let mut file = Vec::new();
    png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap().write_image_data(&[7, 9]).unwrap();
    assert_eq!(decode_scaled(&file, Shape::new(1, 2, 1)).unwrap(), [9, 7]);
}

#[test]
fn what_is_missing_of_sixteen_bits_is_the_lower_byte() {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 3, 1);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.write_header().unwrap().write_image_data(&[0x12, 0xff, 0xff, 0, 0, 0x80]).unwrap();
    let (pixels, about) = read(&file, Shape::new(1, 3, 1), None).unwrap();
    assert_eq!((pixels, about.range), (vec![0x12, 0xff, 0], Some([0x80, 0xff00])));
}

#[test]
fn formats_that_cannot_be_read_are_named() {
    for (file, reason) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0"[..], "is HEIC or AVIF, which cannot be read (convert it to PNG or JPEG)"),
        (b"P5 1 1 255 ", "is no PNG, JPEG, WebP, GIF, BMP or TIFF image"),
    ] {
        assert_eq!(decode_scaled(file, Shape::new(1, 1, 1)).unwrap_err().to_string(), reason);
    }
    // Compression 7 is JPEG inside of TIFF: entry 259, one short.
    let mut file = TIFF_RGB;
    let entry = file.windows(4).position(|bytes| bytes == [3, 1, 3, 0]).unwrap();
    file[entry + 8] = 7;
    let error = decode_scaled(&file, Shape::new(1, 1, 1)).unwrap_err();
    assert!(matches!(error, PictureError::Unreadable(_)), "{error}");
}

/// No file makes a decoder panic or take more memory than there is: it is refused, or gives as many pixels as were asked for.
#[test]
fn files_that_are_cut_or_damaged() {
    let shape = Shape::new(4, 4, 3);
    for file in [&BMP_24[..], &WEBP_LOSSLESS, &TIFF_RGB, &TIFF_GREY16, &GIF, &MJPEG] {
        for len in 0..file.len() {
            assert!(decode_scaled(&file[..len], shape).is_ok_and(|pixels| pixels.len() == 48) || len < file.len());
        }
        for at in 0..file.len() {
            for value in [0, 1, 2, 4, 8, 16, 32, 64, 127, 128, 200, 255] {
                let mut damaged = file.to_vec();
                damaged[at] = value;
                if let Ok(pixels) = decode_scaled(&damaged, shape) {
                    assert_eq!(pixels.len(), 48);
                }
            }
        }
    }
}
