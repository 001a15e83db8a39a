//! The data set of a run.

use anyhow::Context;
use dim_host::data::Dataset;
use dim_trainer::training::Run;

use crate::commands::input::open_data;

/// A folder as a run names it, which must find its data from anywhere.
pub(super) fn absolute(folder: &str) -> anyhow::Result<String> {
    let path = std::path::absolute(folder).with_context(|| folder.to_owned())?;
    path.into_os_string().into_string().map_err(|path| anyhow::anyhow!("{}: not valid Unicode", path.display()))
}

/// Another data set, if the user names one, or the run's own, as its encoder sees it: the middle of images that are
/// larger than its input.
pub(super) fn open_data_of(run: &Run, source: Option<&String>, limit: Option<usize>) -> anyhow::Result<Dataset> {
    let (shape, limit) = (run.architecture().input, limit.unwrap_or(run.config.limit));
    let dataset = open_data(source.unwrap_or(&run.config.data), shape, limit)?;
    run.check_shape(&dataset)?;
    Ok(dataset.centre_cropped(shape))
}
