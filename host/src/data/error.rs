//! Why a data set could not be read.

use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use dim_model_format::Shape;

use super::picture::PictureError;

/// A data set that cannot be read; each message is one line that names the file and the remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// There is nothing at the path.
    #[error(
        "{path}: no such folder; `dim data fetch` brings one, such as cifar10, or name a folder that holds one",
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
        "{path}: holds no data set; expected CIFAR-10, CIFAR-100 or STL-10 in the binary version, IDX files, \
         [train_]images.npy, or pictures; `dim data fetch` brings a set, docs/DATA.md shows the layouts",
        path = path.display()
    )]
    NotADataset {
        /// The folder.
        path: PathBuf,
    },
    /// One file of the data set is not there.
    #[error("{path}: missing; {origin}", path = path.display())]
    FileMissing {
        /// The file.
        path: PathBuf,
        /// Where it comes from.
        origin: Origin,
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
        "{path}: label {index} is {found}, expected {least} to {most}; the file is damaged, fetch it again",
        least = expected.start(), most = expected.end(), path = path.display()
    )]
    Label {
        /// The file.
        path: PathBuf,
        /// Which label, from 0.
        index: usize,
        /// The label.
        found: i64,
        /// Labels that name a class.
        expected: RangeInclusive<i64>,
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
    #[error("{path}: {found} class names, expected {expected}; name each class, or delete the file", path = path.display())]
    ClassNames {
        /// The file.
        path: PathBuf,
        /// Names in the file.
        found: usize,
        /// Classes of the data set.
        expected: usize,
    },
    /// Probes were asked of images without classes.
    #[error(
        "{name}: its {split} images have no classes, which probes need; put them into train/CLASS/ and test/CLASS/, \
         add labels, or name labelled data with --data"
    )]
    Unlabelled {
        /// The data set.
        name: String,
        /// `training` or `test`.
        split: &'static str,
    },
    /// A NumPy file holds an array of another type or shape than it must.
    #[error("{path}: holds {found}, expected {expected}; save it again with numpy.save", path = path.display())]
    Array {
        /// The file.
        path: PathBuf,
        /// Type and shape of its array, or why it holds none.
        found: String,
        /// What it must hold.
        expected: &'static str,
    },
    /// A picture cannot be decoded.
    #[error("{path}: {reason}; replace or delete the file, or pass over it with --skip-damaged", path = path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// Why; one line.
        reason: PictureError,
    },
    /// Several pictures cannot be decoded.
    #[error(
        "{path}: {count} of {of} pictures cannot be used: {names}; replace or delete them, or pass over them with \
         --skip-damaged",
        path = path.display()
    )]
    Pictures {
        /// The folder of the data set.
        path: PathBuf,
        /// How many.
        count: usize,
        /// Of how many.
        of: usize,
        /// The first of them, each with the reason.
        names: String,
    },
    /// No picture to learn from can be decoded.
    #[error("{path}: every picture to learn from is damaged; replace them", path = path.display())]
    AllDamaged {
        /// The folder of the data set.
        path: PathBuf,
    },
    /// Pictures are wanted with channels that they do not have.
    #[error("{path}: pictures have 1 or 3 channels, the encoder takes {channels}; choose another preset", path = path.display())]
    Channels {
        /// The folder.
        path: PathBuf,
        /// Channels of the encoder's input.
        channels: u16,
    },
    /// Pictures lie both in a folder and in folders inside it.
    #[error(
        "{path}: holds pictures beside folders of pictures; put every picture into the folder of its class, or all \
         into one folder without classes",
        path = path.display()
    )]
    MixedFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A folder that stands for a class holds no picture.
    #[error("{path}: holds no picture; put images of this class there or delete the folder", path = path.display())]
    EmptyClass {
        /// The folder.
        path: PathBuf,
    },
    /// A test class is not among the training classes.
    #[error("{path}: no such class in training; name the folders in test/ as those in train/", path = path.display())]
    UnknownClass {
        /// The folder.
        path: PathBuf,
    },
    /// Two folders are the same half of the set.
    #[error(
        "{path}: holds both {} and {}; put the pictures of one into the other, or take it out", names[0], names[1],
        path = path.display()
    )]
    SplitTwice {
        /// The folder.
        path: PathBuf,
        /// Their names.
        names: [String; 2],
    },
    /// A folder that would be a class is divided into pictures to learn from and pictures held out.
    #[error(
        "{path}: holds a folder {split}, so that it is no class; name this folder as the data set, or put its pictures \
         into train/CLASS and test/CLASS",
        path = path.display()
    )]
    SplitInside {
        /// The folder.
        path: PathBuf,
        /// The folder inside.
        split: String,
    },
    /// Several arrays are in one archive.
    #[error(
        "{path}: is an archive of arrays; save each of them alone: \
         numpy.save(\"train_images.npy\", numpy.load(\"FILE.npz\")[\"NAME\"])",
        path = path.display()
    )]
    Archive {
        /// The file.
        path: PathBuf,
    },
    /// Numbers of an array are no bytes, and nobody has said what they become.
    #[error("{path}: holds {found}, expected uint8; say with --levels {levels} which values become 0 and 255", path = path.display())]
    Levels {
        /// The file.
        path: PathBuf,
        /// Type, shape and range of its numbers.
        found: String,
        /// Levels that would do.
        levels: String,
    },
    /// An array of images holds what is no number.
    #[error("{path}: holds values that are no numbers (NaN); replace them, as numpy.nan_to_num does", path = path.display())]
    NotANumber {
        /// The file.
        path: PathBuf,
    },
    /// There are more classes than a label can name, so that images have none.
    #[error(
        "{name}: {found} classes, at most 256 can be told apart; training needs none, for the rest put similar ones together"
    )]
    TooManyClasses {
        /// The data set.
        name: String,
        /// Its classes.
        found: usize,
    },
}

/// Where the files of a data set come from, as a remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `dim data fetch` brings the set of this name.
    Fetch(&'static str),
    /// The user unpacks this archive.
    Archive(&'static str),
    /// The user makes it.
    Own,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fetch(dataset) => write!(f, "`dim data fetch {dataset}` brings every file of {dataset}"),
            Self::Archive(archive) => write!(f, "unpack {archive} again, which holds it"),
            Self::Own => f.write_str("put the images to learn from there"),
        }
    }
}
