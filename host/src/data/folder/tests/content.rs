//! What is in a picture, and files that are none.

use super::*;

#[test]
fn files_that_are_no_pictures() {
    let folder = tempfile::tempdir().unwrap();
    write_grey(folder.path(), "a.png", 1);
    write_grey(folder.path(), "b.png", 1);
    let whole = fs::read(folder.path().join("b.png")).unwrap();
    let with = |bytes: &[u8]| {
        fs::write(folder.path().join("b.png"), bytes).unwrap();
        read(folder.path())
    };
    assert!(with(&whole).is_ok());
    for len in 0..8 {
        assert_eq!(
            with(&whole[..len]).unwrap_err(),
            "FOLDER/b.png: is no PNG, JPEG, WebP, GIF, BMP or TIFF image; replace or delete the file, or pass over it \
             with --skip-damaged"
        );
    }
    for len in 8..whole.len() {
        let error = with(&whole[..len]).expect_err("a truncated picture");
        assert!(error.starts_with("FOLDER/b.png: is damaged: ") && !error.contains('\n'), "{len} {error}");
    }
    let mut damaged = whole.clone();
    damaged[45] ^= 1;
    assert!(with(&damaged).unwrap_err().starts_with("FOLDER/b.png: is damaged: "));
    let mut huge = whole.clone();
    huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    assert!(with(&huge).unwrap_err().starts_with("FOLDER/b.png: "));

    fs::remove_file(folder.path().join("b.png")).unwrap();
    fs::write(folder.path().join("c.webp"), []).unwrap();
    assert_eq!(
        read(folder.path()).unwrap_err(),
        "FOLDER/c.webp: is no PNG, JPEG, WebP, GIF, BMP or TIFF image; replace or delete the file, or pass over it with \
         --skip-damaged"
    );
}

#[test]
fn colours_and_transparency() {
    let folder = tempfile::tempdir().unwrap();
    let read = |color: ColorType, pixels: &[u8], channels: u16| {
        let path = folder.path().join("a.png");
        write_png(&path, [1, 2], color, pixels);
        read_picture(&path, Shape::new(1, 2, channels)).unwrap()
    };
    assert_eq!(read(ColorType::Grayscale, &[7, 9], 3), [7, 7, 7, 9, 9, 9]);
    assert_eq!(read(ColorType::Rgb, &[1, 2, 3, 4, 5, 6], 3), [1, 2, 3, 4, 5, 6]);
    // 0.299 * 255 is 76.2, 0.587 * 255 is 149.7.
    assert_eq!(read(ColorType::Rgb, &[255, 0, 0, 0, 255, 0], 1), [76, 150]);
    assert_eq!(read(ColorType::GrayscaleAlpha, &[7, 0, 9, 255], 1), [255, 9]);
    // 100 * 51 / 255 + 255 * 204 / 255 is 20 + 204.
    assert_eq!(read(ColorType::Rgba, &[100, 0, 200, 51, 1, 2, 3, 255], 3), [224, 204, 244, 1, 2, 3]);
    let palette = |depth, indices: &[u8]| {
        let path = folder.path().join("palette.png");
        let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 2, 1);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(depth);
        encoder.set_palette(vec![10, 20, 30, 40, 50, 60]);
        encoder.write_header().unwrap().write_image_data(indices).unwrap();
        read_picture(&path, Shape::new(1, 2, 3)).unwrap()
    };
    assert_eq!(palette(BitDepth::Eight, &[1, 0]), [40, 50, 60, 10, 20, 30]);
    assert_eq!(palette(BitDepth::One, &[0b1000_0000]), [40, 50, 60, 10, 20, 30]);
}

/// Found by fuzzing.
#[test]
fn a_palette_whose_last_colour_is_cut_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    for rest in 1..3 {
        let mut encoder = png::Encoder::new(File::create(&path).unwrap(), 1, 1);
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(vec![7; 3 + rest]);
        encoder.write_header().unwrap().write_image_data(&[0]).unwrap();
        let error = read_picture(&path, GREY).unwrap_err().to_string();
        assert!(error.ends_with(
            "a.png: is damaged: the last colour of its palette is cut short; replace or delete the file, or pass over \
                 it with --skip-damaged"
        ));
    }
}

#[test]
fn the_middle_is_scaled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.png");
    // Two rows of six: the middle two columns make a square.
    write_png(&path, [2, 6], ColorType::Grayscale, &[0, 0, 10, 20, 0, 0, 0, 0, 30, 40, 0, 0]);
    assert_eq!(read_picture(&path, Shape::new(2, 2, 1)).unwrap(), [10, 20, 30, 40]);
    assert_eq!(read_picture(&path, Shape::new(1, 1, 1)).unwrap(), [25]);
}

/// A JPEG picture of 8x8 pixels, of which each component has one value, coded by hand: the quantizer is 8, so
/// that 128 and the difference is the value; a difference of 0 has the code `00`, one of 6 bits `01`; the end of a block is `0`.
fn jpeg(components: u8, scan: &[u8]) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let mut segment = |marker: u8, bytes: &[u8]| {
        file.extend([0xff, marker, 0, bytes.len() as u8 + 2]);
        file.extend(bytes);
    };
    let ids = 1..=components;
    segment(0xdb, &[&[0][..], &[8; 64]].concat());
    let frame = ids.clone().flat_map(|id| [id, 0x11, 0]).collect::<Vec<u8>>();
    segment(0xc0, &[&[8, 0, 8, 0, 8, components][..], &frame].concat());
    segment(0xc4, &[&[0x00, 0, 2][..], &[0; 14], &[0, 6]].concat());
    segment(0xc4, &[&[0x10, 1][..], &[0; 15], &[0]].concat());
    let order = ids.flat_map(|id| [id, 0]).collect::<Vec<u8>>();
    segment(0xda, &[&[components][..], &order, &[0, 63, 0]].concat());
    file.extend(scan);
    file.extend([0xff, 0xd9]);
    file
}

#[test]
fn jpeg_grey_and_in_colours() {
    let folder = tempfile::tempdir().unwrap();
    let read = |file: &[u8], channels| {
        // The content counts, not the name.
        let path = folder.path().join("a.png");
        fs::write(&path, file).unwrap();
        read_picture(&path, Shape::new(8, 8, channels)).map_err(|error| error.to_string())
    };
    // 128 + 50: 01 110010 0, filled with ones.
    let grey = jpeg(1, &[0b0111_0010, 0b0111_1111]);
    assert_eq!(read(&grey, 1), Ok(vec![178; 64]));
    assert_eq!(read(&grey, 3), Ok(vec![178; 192]));
    // Y 128 + 50, Cb 128, Cr 128 + 40: 01 110010 0, 00 0, 01 101000 0; red is Y + 1.402 * 40, green Y - 0.714 * 40.
    let color = jpeg(3, &[0b0111_0010, 0b0000_0110, 0b1000_0111]);
    assert_eq!(read(&color, 3), Ok([234, 149, 178].repeat(64)));
    // Up to the scan: a decoder cannot know that a scan was cut where nothing but its filling is missing.
    for len in 3..grey.len() - 4 {
        let error = read(&grey[..len], 1).expect_err("a truncated picture");
        assert!(error.contains("a.png: is damaged: ") && !error.contains('\n'), "{len} {error}");
    }
}

/// A progressive JPEG picture of 128 with a bit for each block, which is as few as there can be.
fn shortest_jpeg(side: u16) -> Vec<u8> {
    let blocks = usize::from(side / 8).pow(2);
    let mut file = jpeg(1, &vec![0; blocks / 8]);
    let [high, low] = side.to_be_bytes();
    let mut replace = |from: &[u8], to: &[u8]| {
        let at = file.windows(from.len()).position(|bytes| bytes == from).unwrap();
        file[at..at + to.len()].copy_from_slice(to);
    };
    replace(&[0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8], &[0xff, 0xc2, 0, 11, 8, high, low, high, low]);
    // A difference of 0 has the code `0`.
    replace(&[0xff, 0xc4, 0, 21, 0, 0, 2], &[0xff, 0xc4, 0, 21, 0, 1, 1]);
    replace(&[1, 1, 0, 0, 63, 0], &[1, 1, 0, 0, 0, 0]);
    file
}

#[test]
fn no_file_is_too_short_for_one_colour_but_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    let read = |file: &[u8]| {
        fs::write(&path, file).unwrap();
        read_picture(&path, GREY).map_err(|error| error.to_string().replace(&path.display().to_string(), "a.png"))
    };
    let png = |side: u32, depth| {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_depth(depth);
        encoder.set_compression(png::Compression::High);
        let pixels = vec![0xff; (side * side) as usize * depth as usize / 8];
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    };
    for (file, side, value) in [
        (png(4096, BitDepth::Eight), 4096, 255),
        (png(8192, BitDepth::One), 8192, 255),
        (shortest_jpeg(4096), 4096, 128),
    ] {
        assert_eq!(read(&file), Ok(vec![value; 4]));
        assert_eq!(
            read(&file[..300]),
            Err(format!(
                "a.png: has 300 bytes, too few for the {side}x{side} pixels that it states; replace or delete the file, \
                 or pass over it with --skip-damaged"
            ))
        );
    }
}
