//! Folders of pictures made here.

mod content;
mod layout;

use std::fs::{self, File};
use std::path::Path;

use dim_model_format::Shape;
use png::{BitDepth, ColorType};

use super::is_in;
use crate::data::picture::decode_scaled;
use crate::data::{DataError, Dataset, Images, Look, PictureError, Reading};

const GREY: Shape = Shape::new(2, 2, 1);

fn write_png(path: &Path, [height, width]: [u32; 2], color: ColorType, pixels: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
}

/// A grey picture of 2x2 pixels of one brightness.
fn write_grey(folder: &Path, name: &str, value: u8) {
    write_png(&folder.join(name), [2, 2], ColorType::Grayscale, &[value; 4]);
}

fn read(folder: &Path) -> Result<Dataset, String> {
    look(folder, &Reading::of(GREY)).map(|(dataset, _)| dataset)
}

fn look(folder: &Path, reading: &Reading) -> Result<(Dataset, Look), String> {
    assert!(is_in(folder));
    let result = crate::data::read(folder, reading);
    result.map_err(|error| error.to_string().replace(&folder.display().to_string(), "FOLDER"))
}

fn load(folder: &Path, shape: Shape, limit: usize) -> Result<Dataset, DataError> {
    crate::data::load(folder, shape, limit)
}

fn read_picture(path: &Path, shape: Shape) -> Result<Vec<u8>, DataError> {
    let pixels = fs::read(path).map_err(PictureError::Read).and_then(|bytes| decode_scaled(&bytes, shape));
    pixels.map_err(|reason| DataError::Picture { path: path.to_owned(), reason })
}

/// The brightness of every picture.
fn values(images: &Images) -> Vec<u8> {
    images.pixels.iter().step_by(4).copied().collect()
}

/// A data set of pictures of one brightness each, by name.
fn set(pictures: &[(&str, u8)], folders: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    pictures.iter().for_each(|(name, value)| write_grey(folder.path(), name, *value));
    folders.iter().for_each(|name| fs::create_dir_all(folder.path().join(name)).unwrap());
    folder
}

/// Reason, count and names of what was passed over.
fn passed(look: &Look) -> Vec<(&str, usize, String)> {
    look.passed_over.iter().map(|group| (group.why, group.count, group.names.join(" "))).collect()
}
