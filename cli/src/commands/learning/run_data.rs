//! The data set of a run.

use anyhow::Context;
use dim_host::data::{Dataset, Reading};
use dim_trainer::settings::TrainConfig;
use dim_trainer::training::Run;

use crate::arguments::ReadingArgs;
use crate::commands::input::open_data;

/// A data set as a run names it, which must find its data from anywhere: `embedded`, or a folder by its whole path.
pub(super) fn data_of(source: &str) -> anyhow::Result<String> {
    if source == "embedded" {
        return Ok(source.to_owned());
    }
    let path = std::path::absolute(source).with_context(|| source.to_owned())?;
    path.into_os_string().into_string().map_err(|path| anyhow::anyhow!("{}: not valid Unicode", path.display()))
}

/// How a run's images are read.
pub(super) fn reading_of(config: &TrainConfig) -> Reading {
    let (limit, levels, skip_damaged) = (config.limit, config.levels, config.skip_damaged);
    Reading { limit, levels, skip_damaged, ..Reading::of(config.encoder.input) }
}

/// Another data set, if the user names one, or the run's own, as its encoder sees it: the middle of images that are
/// larger than its input.
///
/// They are read as the run's images were, as far as the command line does not say otherwise.
pub(super) fn open_data_of(
    run: &Run,
    source: Option<&String>,
    limit: Option<usize>,
    args: &ReadingArgs,
) -> anyhow::Result<Dataset> {
    let mut reading = reading_of(&run.config);
    reading.limit = limit.unwrap_or(reading.limit);
    reading.levels = args.levels.or(reading.levels);
    reading.skip_damaged |= args.skip_damaged;
    let dataset = open_data(source.unwrap_or(&run.config.data), &reading)?;
    run.check_shape(&dataset)?;
    Ok(dataset.centre_cropped(run.architecture().input))
}
