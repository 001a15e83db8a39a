//! What a command reads: files, encoders, data sets.

use std::path::Path;

use anyhow::{Context, ensure};
use dim_host::data::{self, Dataset, Look, Reading, crop_fits};
use dim_model_format::Model;

use crate::arguments::ReadingArgs;

/// What to do about a `.dim` file that cannot be used.
pub(super) fn unusable(path: &Path) -> String {
    format!("{}: cannot be used; write it again with `dim quantize`", path.display())
}

/// Reads a file whole.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// The data set that the user named, a folder or `embedded`, and what there was.
pub(super) fn look_at(source: &str, reading: &Reading) -> anyhow::Result<(Dataset, Look)> {
    Ok(if source == "embedded" { data::read_embedded(reading)? } else { data::read(Path::new(source), reading)? })
}

/// The same; one line on standard error says what was read.
pub(super) fn open_data(source: &str, reading: &Reading) -> anyhow::Result<Dataset> {
    let (dataset, look) = look_at(source, reading)?;
    eprintln!("data       {}", look.line());
    Ok(dataset)
}

/// The images that a `.dim` file is asked for: the middle of those that are larger than its input.
pub(super) fn open_images(source: &str, args: &ReadingArgs, file: &Path, model: &Model<'_>) -> anyhow::Result<Dataset> {
    let shape = model.input_shape();
    let (levels, skip_damaged) = (args.levels, args.skip_damaged);
    let dataset = open_data(source, &Reading { levels, skip_damaged, ..Reading::of(shape) })?;
    let found = dataset.train.shape;
    ensure!(crop_fits(found, shape), "{} takes {shape} images, {source} has {found}", file.display());
    Ok(dataset.centre_cropped(shape))
}
