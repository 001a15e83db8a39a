//! A data set, and which of its classes are normal.

use anyhow::Context;
use dim_host::data::Dataset;
use dim_host::novelty::Normality;
use dim_model_format::Model;

use crate::arguments::NoveltyArgs;
use crate::commands::input::open_pictures;

/// The data set, and which of its classes are normal, if any is named.
pub(super) fn open(
    args: &NoveltyArgs,
    model: &Model<'_>,
    source: &str,
) -> anyhow::Result<(Dataset, Option<Normality>)> {
    let dataset = open_pictures(source, &args.reading, &args.file, model)?;
    let normality = Normality::named(&dataset.classes, &args.normal_class, &args.strange_class);
    Ok((dataset, normality.with_context(|| source.to_owned())?))
}
