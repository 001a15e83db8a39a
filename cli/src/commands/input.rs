//! What a command reads: files, encoders, data sets.

use std::path::Path;

use anyhow::{Context, ensure};
use dim_host::data::{self, Dataset, crop_fits};
use dim_model_format::{Model, Shape};

/// What to do about a `.dim` file that cannot be used.
pub(super) fn unusable(path: &Path) -> String {
    format!("{}: cannot be used; write it again with `dim quantize`", path.display())
}

/// Reads a file whole.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// The data set that the user named: a folder, or `embedded`; with its first `limit` images to learn from, 0 for
/// all. Pictures in files of their own are brought to `shape`.
pub(super) fn open_data(source: &str, shape: Shape, limit: usize) -> anyhow::Result<Dataset> {
    if source != "embedded" {
        return Ok(data::load(Path::new(source), shape, limit)?);
    }
    let mut dataset = data::embedded::fashion_mnist_subset()?;
    if limit > 0 {
        dataset.limit_training(limit);
    }
    Ok(dataset)
}

/// The images that a `.dim` file is asked for: the middle of those that are larger than its input.
pub(super) fn open_images(source: &str, file: &Path, model: &Model<'_>) -> anyhow::Result<Dataset> {
    let shape = model.input_shape();
    let dataset = open_data(source, shape, 0)?;
    let found = dataset.train.shape;
    ensure!(crop_fits(found, shape), "{} takes {shape} images, {source} has {found}", file.display());
    Ok(dataset.centre_cropped(shape))
}
