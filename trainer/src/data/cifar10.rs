//! CIFAR-10, binary version: records of one label and 3 planes of 32x32 pixels.

use std::path::Path;

use dim_model_format::Shape;

use super::{DataError, Dataset, Images, exact};

const TRAIN_FILES: [&str; 5] =
    ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];
const TEST_FILE: &str = "test_batch.bin";
const NAMES_FILE: &str = "batches.meta.txt";
const CLASSES: [&str; 10] = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/// Records in each file of the official archive.
pub(super) const RECORDS: u64 = 10_000;
const SHAPE: Shape = Shape::new(32, 32, 3);
/// Pixels of one colour.
const PLANE: usize = 32 * 32;
const RECORD: usize = 1 + 3 * PLANE;

/// Whether the folder holds any file of images of CIFAR-10.
pub(super) fn is_in(folder: &Path) -> bool {
    TRAIN_FILES.iter().chain([&TEST_FILE]).any(|name| folder.join(name).is_file())
}

/// Reads the six files, each of `records` records.
pub(super) fn load(folder: &Path, records: u64) -> Result<Dataset, DataError> {
    Ok(Dataset {
        name: "cifar10".to_owned(),
        classes: class_names(folder)?,
        train: read_split(folder, &TRAIN_FILES, records)?,
        test: read_split(folder, &[TEST_FILE], records)?,
    })
}

fn read_split(folder: &Path, names: &[&str], records: u64) -> Result<Images, DataError> {
    let mut images = Images { shape: SHAPE, pixels: Vec::new(), labels: Vec::new() };
    for name in names {
        read_batch(&folder.join(name), records, &mut images)?;
    }
    Ok(images)
}

/// Appends one file, planes in the file becoming channels innermost.
fn read_batch(path: &Path, records: u64, images: &mut Images) -> Result<(), DataError> {
    if !path.is_file() {
        return Err(DataError::FileMissing { path: path.to_owned(), dataset: "cifar10" });
    }
    let bytes = exact::read_rest(&mut exact::open(path)?, path, 0, records * RECORD as u64)?;
    for (index, record) in bytes.chunks_exact(RECORD).enumerate() {
        let (label, planes) = (record[0], &record[1..]);
        if usize::from(label) >= CLASSES.len() {
            return Err(DataError::Label { path: path.to_owned(), index, found: label, classes: CLASSES.len() });
        }
        images.labels.push(label);
        images.pixels.extend((0..PLANE).flat_map(|at| [planes[at], planes[PLANE + at], planes[2 * PLANE + at]]));
    }
    Ok(())
}

/// Names in the archive's own file if it is there, else the same names from here.
fn class_names(folder: &Path) -> Result<Vec<String>, DataError> {
    let path = folder.join(NAMES_FILE);
    if !path.is_file() {
        return Ok(CLASSES.map(str::to_owned).to_vec());
    }
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(DataError::Read { path, source }),
    };
    let names: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    match names.len() {
        found if found == CLASSES.len() => Ok(names),
        found => Err(DataError::ClassNames { path, found, expected: CLASSES.len() }),
    }
}
