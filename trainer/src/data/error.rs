//! Why a data set could not be read.

use std::io;
use std::path::PathBuf;

use dim_model_format::Shape;

/// A data set that cannot be read; each message is one line that names the file and the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// There is nothing at the path.
    #[error(
        "{path}: no such folder; `dim data fetch` brings cifar10, mnist or fashion-mnist, or name a folder that holds one",
        path = path.display()
    )]
    FolderMissing {
        /// What was asked for.
        path: PathBuf,
    },
    /// The path is a file.
    #[error("{path}: is a file; name the folder that holds the data set", path = path.display())]
    NotAFolder {
        /// What was asked for.
        path: PathBuf,
    },
    /// The folder holds no file that a reader knows.
    #[error(
        "{path}: holds no data set; expected data_batch_1.bin (CIFAR-10) or train-images-idx3-ubyte[.gz] (IDX), \
         `dim data fetch` brings one",
        path = path.display()
    )]
    NotADataset {
        /// The folder.
        path: PathBuf,
    },
    /// One file of the data set is not there.
    #[error("{path}: missing; `dim data fetch {dataset}` brings every file of {dataset}", path = path.display())]
    FileMissing {
        /// The file.
        path: PathBuf,
        /// Name to fetch.
        dataset: &'static str,
    },
    /// The operating system or the gzip decoder refused.
    #[error("{path}: cannot be read; if the file is damaged, delete it and fetch it again", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// The file does not start as it must.
    #[error(
        "{path}: starts with {found:#010x}, expected {expected:#010x}; it is not an IDX file of {content}",
        path = path.display()
    )]
    Magic {
        /// The file.
        path: PathBuf,
        /// First four bytes, big-endian.
        found: u32,
        /// What they must be.
        expected: u32,
        /// What the file must hold.
        content: &'static str,
    },
    /// The header states images that an encoder cannot take.
    #[error(
        "{path}: images of {height}x{width} pixels, expected 1 to 65535 each way; the file is damaged, fetch it again",
        path = path.display()
    )]
    ImageSize {
        /// The file.
        path: PathBuf,
        /// Rows in the header.
        height: u32,
        /// Columns in the header.
        width: u32,
    },
    /// The file is shorter or longer than it must be.
    #[error(
        "{path}: {found} bytes, expected {expected}; the file is truncated or damaged, delete it and fetch it again",
        path = path.display()
    )]
    Length {
        /// The file.
        path: PathBuf,
        /// Bytes in the file, after unpacking.
        found: u64,
        /// Bytes that its header or its format asks for.
        expected: u64,
    },
    /// The file holds no image.
    #[error("{path}: holds no images; fetch it again", path = path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The two files of a split do not belong together.
    #[error(
        "{path}: {found} labels, expected {expected}, one for each image beside them; fetch both files again",
        path = path.display()
    )]
    LabelCount {
        /// The file of labels.
        path: PathBuf,
        /// Number of labels.
        found: usize,
        /// Number of images.
        expected: usize,
    },
    /// A label names a class that the data set does not have.
    #[error(
        "{path}: label {index} is {found}, expected less than {classes}; the file is damaged, fetch it again",
        path = path.display()
    )]
    Label {
        /// The file.
        path: PathBuf,
        /// Which label, from 0.
        index: usize,
        /// The label.
        found: u8,
        /// Number of classes.
        classes: usize,
    },
    /// Training and test images differ in shape.
    #[error(
        "{path}: test images of {found}, expected {expected} as in training; put files of one data set in the folder",
        path = path.display()
    )]
    TestShape {
        /// The folder.
        path: PathBuf,
        /// `[height, width, channels]` of the test images.
        found: Shape,
        /// `[height, width, channels]` of the training images.
        expected: Shape,
    },
    /// The file of class names does not name every class.
    #[error("{path}: {found} class names, expected {expected}; delete the file to use the usual names", path = path.display())]
    ClassNames {
        /// The file.
        path: PathBuf,
        /// Names in the file.
        found: usize,
        /// Classes of the data set.
        expected: usize,
    },
}
