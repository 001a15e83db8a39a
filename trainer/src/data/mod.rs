//! Image sets in memory, and the readers of the formats that they come in.
//!
//! [`load`] reads a folder, [`embedded`] the images in this program; [`fetch`] brings folders to read.

mod cifar10;
pub mod embedded;
mod error;
mod exact;
pub mod fetch;
mod idx;
#[cfg(test)]
mod tests;
mod views;

use std::path::Path;

use dim_model_format::Shape;
use sha2::{Digest, Sha256};

pub use error::DataError;
pub use views::push_view;

/// Reads the data set in a folder: CIFAR-10 in its binary version, or four IDX files, plain or gzip-ed.
///
/// # Errors
/// A folder that is missing or holds no data set; a file that is missing, truncated or not what its
/// name says; labels that do not fit the images or the classes.
pub fn load(folder: &Path) -> Result<Dataset, DataError> {
    if !folder.exists() {
        return Err(DataError::FolderMissing { path: folder.to_owned() });
    }
    if !folder.is_dir() {
        return Err(DataError::NotAFolder { path: folder.to_owned() });
    }
    if cifar10::is_in(folder) {
        cifar10::load(folder, cifar10::RECORDS)
    } else if idx::is_in(folder) {
        idx::load(folder)
    } else {
        Err(DataError::NotADataset { path: folder.to_owned() })
    }
}

/// Raw images of one shape, with a class each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// `[height, width, channels]` of each image.
    pub shape: Shape,
    /// `[count, height, width, channels]`, channels innermost.
    pub pixels: Vec<u8>,
    /// `[count]`; class numbers, used by the evaluation only.
    pub labels: Vec<u8>,
}

impl Images {
    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Bytes of one image.
    pub fn image_len(&self) -> usize {
        usize::from(self.shape.height) * usize::from(self.shape.width) * usize::from(self.shape.channels)
    }

    /// Pixels of image `index`, `[height, width, channels]`.
    pub fn image(&self, index: usize) -> &[u8] {
        let len = self.image_len();
        &self.pixels[index * len..(index + 1) * len]
    }

    /// Keeps the first `count` images.
    pub fn truncate(&mut self, count: usize) {
        self.pixels.truncate(count.saturating_mul(self.image_len()));
        self.labels.truncate(count);
    }
}

/// A training and a test set with the same shape and classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Name for reports, such as `fashion-mnist`.
    pub name: String,
    /// Name of each class.
    pub classes: Vec<String>,
    /// Images to learn from.
    pub train: Images,
    /// Images held out.
    pub test: Images,
}

impl Dataset {
    /// First 16 hexadecimal digits of the SHA-256 of all pixels and labels: two data sets with the
    /// same fingerprint train the same encoder.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for images in [&self.train, &self.test] {
            hash.update(images.shape.to_string());
            hash.update(&images.pixels);
            hash.update(&images.labels);
        }
        hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
