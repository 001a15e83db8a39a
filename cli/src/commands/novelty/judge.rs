//! `dim novelty E.dim --statistics F --judge FOLDER`

use std::path::Path;

use anyhow::{Context, ensure};
use dim_host::data::Images;
use dim_host::novelty::{Feature, Judged, Normality, Statistics, maps};
use dim_host::persist;
use dim_model_format::Model;

use super::classes::open;
use super::page::page;
use super::verdicts::{By, Verdicts};
use crate::arguments::NoveltyArgs;
use crate::commands::input::read;

pub(super) fn run(args: &NoveltyArgs, model: &Model<'_>, source: &str, path: &Path) -> anyhow::Result<Verdicts> {
    let statistics = Statistics::from_bytes(&read(path)?).and_then(|of| of.of(model.identity()));
    let statistics = statistics.with_context(|| path.display().to_string())?;
    let threshold = statistics.threshold().with_context(|| format!("{}: has no threshold", path.display()))?;
    let (dataset, normality) = open(args, model, source)?;
    let images = dataset.shown();
    let numbers = judged_numbers(images, normality.as_ref()).with_context(|| source.to_owned())?;
    let maps = maps(model, images, Feature::of(model)).with_context(|| args.file.display().to_string())?;
    let judge = |number: &usize| statistics.judge(maps.seen(*number));
    let judged = numbers.iter().map(judge).collect::<Result<Vec<Judged>, _>>();
    let judged = judged.with_context(|| path.display().to_string())?;
    let by = By { identity: model.identity().to_string(), judge: statistics.judge_of(), threshold };
    let verdicts = Verdicts::new(&dataset, &numbers, &judged, normality.as_ref(), by);
    if let Some(report) = &args.report {
        persist::write(report, page(&verdicts, &judged, images, maps.shape)?.as_bytes())?;
    }
    Ok(verdicts)
}

/// The images that are normal or strange; without classes, all.
fn judged_numbers(images: &Images, normality: Option<&Normality>) -> anyhow::Result<Vec<usize>> {
    let all = 0..images.len();
    let numbers: Vec<usize> = match (normality, &images.labels) {
        (None, _) => all.collect(),
        (Some(normality), Some(labels)) => all.filter(|number| normality.of(labels[*number]).is_some()).collect(),
        (Some(_), None) => anyhow::bail!("its images have no classes, so none can be named"),
    };
    ensure!(!numbers.is_empty(), "there are no images to judge");
    Ok(numbers)
}
