//! A folder with the files of a data set.

use std::fs;

use dim_model_format::Shape;

use crate::data::{self, DataError, Dataset};

/// Files that a fuzzer made, each time anew over those before.
#[derive(Debug)]
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty one, where temporary files are.
    ///
    /// # Panics
    /// If the disk is full.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for temporary files"))
    }

    /// Writes a file.
    ///
    /// # Panics
    /// If the disk is full.
    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join(name), bytes).expect("room for a temporary file");
    }

    /// Reads it as `dim train --data` does, and asks of what was read what holds of every data set.
    ///
    /// # Errors
    /// As [`data::load`].
    ///
    /// # Panics
    /// If the images are not as many and as large as the data set says, or a label has no class.
    pub fn load(&self, shape: Shape) -> Result<Dataset, DataError> {
        let dataset = data::load(self.0.path(), shape, 0)?;
        for images in [&dataset.train, &dataset.unlabelled, &dataset.test] {
            assert_eq!(images.pixels.len(), images.len() * images.image_len());
            if let Some(labels) = &images.labels {
                assert_eq!(labels.len(), images.len());
            }
        }
        if let Some(labels) = &dataset.train.labels {
            assert!(labels.iter().all(|label| usize::from(*label) < dataset.classes.len()));
        }
        Ok(dataset)
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}
