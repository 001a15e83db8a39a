//! What a command reads: files, encoders, data sets.

use std::path::Path;

use anyhow::{Context, ensure};
use dim_host::data::{self, Dataset, Look, Reading, crop_fits};
use dim_model_format::{Model, Preprocessing, Quantization, TensorId};

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

/// The pictures that a `.dim` file is asked for what they show: as [`open_images`], if it takes pixels. NumPy files are
/// taken in any case, since they may hold the numbers that it takes.
pub(super) fn open_pictures(
    source: &str,
    reading: &ReadingArgs,
    file: &Path,
    model: &Model<'_>,
) -> anyhow::Result<Dataset> {
    let Quantization { scale, zero_point } = model.tensor(TensorId(0)).quantization;
    ensure!(
        takes_pixels(model) || source != "embedded" && data::holds_numbers(Path::new(source)),
        "{} takes numbers of scale {scale:.6} and zero point {zero_point}, which are no plain pixels; import its model with \
         the --mean and --std of its training (0 and 1 for pixels in 0..1), or give the numbers plus 128 as NumPy files",
        file.display()
    );
    open_images(source, reading, file, model)
}

/// Whether pixels minus 128 are what the image of an encoder means, or its tables say what becomes of them: from 0 to 1,
/// from -1 to 1, or from 0 to 255.
fn takes_pixels(model: &Model<'_>) -> bool {
    let Preprocessing::QuantizedU8 = model.graph().input.preprocessing else { return true };
    let Quantization { scale, zero_point } = model.tensor(TensorId(0)).quantization;
    let is = |unit: f32| (scale / unit - 1.0).abs() < 0.01;
    match zero_point {
        i8::MIN => is(1.0 / 255.0) || is(1.0),
        -1 | 0 => is(1.0 / 128.0),
        _ => false,
    }
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
