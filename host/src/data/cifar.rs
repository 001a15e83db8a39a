//! CIFAR-10 and CIFAR-100, binary versions: records of the labels and 3 planes of 32x32 pixels.
//!
//! | set | files | a record starts with |
//! |---|---|---|
//! | CIFAR-10 | `data_batch_1.bin` to `data_batch_5.bin`, `test_batch.bin` | the class |
//! | CIFAR-100 | `train.bin`, `test.bin` | one of 20 superclasses, then one of 100 classes |

use std::path::Path;

use dim_model_format::Shape;
use rayon::prelude::*;

use super::error::Origin;
use super::{DataError, Dataset, Images, classes, exact};

const SHAPE: Shape = Shape::new(32, 32, 3);
/// Pixels of one colour.
const PLANE: usize = 32 * 32;
/// Superclasses of CIFAR-100; they are checked and not used.
const SUPERCLASSES: usize = 20;

/// What the two sets differ in.
pub(super) struct Cifar {
    name: &'static str,
    train_files: &'static [&'static str],
    test_file: &'static str,
    names_file: &'static str,
    /// In the order of their numbers.
    classes: &'static str,
    has_superclasses: bool,
    origin: Origin,
    /// Records of each training file and of the test file.
    records: [u64; 2],
}

pub(super) const CIFAR10: Cifar = Cifar {
    name: "cifar10",
    train_files: &["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
    test_file: "test_batch.bin",
    names_file: "batches.meta.txt",
    classes: "airplane automobile bird cat deer dog frog horse ship truck",
    has_superclasses: false,
    origin: Origin::Fetch("cifar10"),
    records: [10_000; 2],
};

pub(super) const CIFAR100: Cifar = Cifar {
    name: "cifar100",
    train_files: &["train.bin"],
    test_file: "test.bin",
    names_file: "fine_label_names.txt",
    classes: "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can \
        castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin \
        elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster \
        man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck \
        pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk \
        skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger \
        tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm",
    has_superclasses: true,
    origin: Origin::Archive("cifar-100-binary.tar.gz"),
    records: [50_000, 10_000],
};

impl Cifar {
    /// Whether the folder holds any file of images of this set.
    pub(super) fn is_in(&self, folder: &Path) -> bool {
        self.train_files.iter().chain([&self.test_file]).any(|name| folder.join(name).is_file())
    }

    /// Reads the first `limit` training images, and every test image.
    pub(super) fn load(&self, folder: &Path, limit: usize) -> Result<Dataset, DataError> {
        let [train_records, test_records] = self.records;
        Ok(Dataset {
            name: self.name.to_owned(),
            classes: classes::names(&folder.join(self.names_file), self.classes)?,
            train: self.read_split(folder, self.train_files, train_records, limit)?,
            unlabelled: Images::none(SHAPE),
            test: self.read_split(folder, &[self.test_file], test_records, usize::MAX)?,
        })
    }

    fn read_split(&self, folder: &Path, names: &[&str], records: u64, limit: usize) -> Result<Images, DataError> {
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        for name in names {
            let wanted = records.min((limit - labels.len()) as u64);
            self.read_file(&folder.join(name), [records, wanted], &mut pixels, &mut labels)?;
        }
        Ok(Images { shape: SHAPE, pixels, labels: Some(labels) })
    }

    /// Appends the first `wanted` of the `records` of a file, planes becoming channels innermost.
    fn read_file(
        &self,
        path: &Path,
        [records, wanted]: [u64; 2],
        pixels: &mut Vec<u8>,
        labels: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        if !path.is_file() {
            return Err(DataError::FileMissing { path: path.to_owned(), origin: self.origin });
        }
        let head = if self.has_superclasses { 2 } else { 1 };
        let record_len = head + 3 * PLANE;
        let bytes = exact::read_first(path, wanted * record_len as u64, records * record_len as u64)?;
        let column = |at: usize| bytes.chunks_exact(record_len).map(|record| record[at]).collect::<Vec<u8>>();
        if self.has_superclasses {
            classes::check(&column(0), SUPERCLASSES, path)?;
        }
        let fine = column(head - 1);
        classes::check(&fine, self.classes.split_whitespace().count(), path)?;
        labels.extend(fine);
        let start = pixels.len();
        pixels.resize(start + bytes.len() / record_len * 3 * PLANE, 0);
        let images = pixels[start..].par_chunks_exact_mut(3 * PLANE);
        images.zip(bytes.par_chunks_exact(record_len)).for_each(|(image, record)| {
            for (at, pixel) in image.as_chunks_mut().0.iter_mut().enumerate() {
                *pixel = [0, 1, 2].map(|color| record[head + color * PLANE + at]);
            }
        });
        Ok(())
    }
}

#[cfg(test)]
impl Cifar {
    /// The same set with so few records in each file.
    pub(super) const fn with_records(self, records: u64) -> Self {
        Self { records: [records; 2], ..self }
    }
}
