//! Data sets whose files are in memory.

use dim_host::data::in_memory::{self, File};
use dim_host::data::{DataError, Dataset};

/// Reads the files that `dim train --data` looks for in a folder of IDX files.
///
/// # Errors
/// As [`load`](dim_host::data::load).
///
/// # Panics
/// If what was read is no data set.
pub fn read_idx(folder: &str, train: [File<'_>; 2], test: [File<'_>; 2]) -> Result<Dataset, DataError> {
    in_memory::read_idx(folder, train, test).map(proved)
}

/// Reads the files, some of which need not be there, that `dim train --data` looks for in a folder of NumPy files.
///
/// # Errors
/// As [`load`](dim_host::data::load).
///
/// # Panics
/// If what was read is no data set.
pub fn read_npy<'a>(
    folder: &str,
    train: (File<'a>, Option<File<'a>>),
    test: Option<(File<'a>, Option<File<'a>>)>,
) -> Result<Dataset, DataError> {
    in_memory::read_npy(folder, train, test).map(proved)
}

/// The same set, of which holds what holds of every one.
fn proved(mut dataset: Dataset) -> Dataset {
    for images in [&dataset.train, &dataset.unlabelled, &dataset.test] {
        assert_eq!(images.shape, dataset.train.shape);
        assert_eq!(images.pixels.len(), images.len() * images.image_len());
        if let Some(labels) = &images.labels {
            assert_eq!(labels.len(), images.len());
            let classes = dataset.classes.len();
            assert!(classes == 0 || labels.iter().all(|label| usize::from(*label) < classes));
        }
    }
    let is_labelled = dataset.train.labels.is_some() || dataset.test.labels.is_some();
    // Labels cannot tell more classes apart.
    let has_classes = (1..=256).contains(&dataset.classes.len());
    assert!(!dataset.train.is_empty() && is_labelled == has_classes);
    dataset.limit_training(usize::MAX);
    dataset
}
