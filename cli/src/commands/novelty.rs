//! `dim novelty`: what is unlike normal images, learned and judged as a device does.

mod compare;
mod judge;
mod learn;
mod page;

use std::process::ExitCode;

use anyhow::Context;
use dim_host::data::Dataset;
use dim_host::novelty::Normality;
use dim_model_format::Model;

use super::input::{open_pictures, read, unusable};
use super::output::print_json;
use crate::arguments::NoveltyArgs;

/// Steps of a score in 1.
const STEPS: f64 = 256.0;

pub(super) fn run(args: &NoveltyArgs) -> anyhow::Result<ExitCode> {
    let file = read(&args.file)?;
    let model = Model::parse(&file).with_context(|| unusable(&args.file))?;
    if let (Some(source), Some(out)) = (&args.normal, &args.out) {
        let learned = learn::run(args, &model, source, out)?;
        if args.json { print_json(&learned)? } else { learned.print(out) }
    }
    if let (Some(source), Some(statistics)) = (&args.judge, &args.statistics) {
        let judged = judge::run(args, &model, source, statistics)?;
        if args.json { print_json(&judged)? } else { judged.print() }
    }
    if let Some(source) = &args.compare {
        let compared = compare::run(args, &model, source)?;
        if args.json { print_json(&compared)? } else { compared.print() }
    }
    Ok(ExitCode::SUCCESS)
}

/// The data set, and which of its classes are normal, if any is named.
fn open(args: &NoveltyArgs, model: &Model<'_>, source: &str) -> anyhow::Result<(Dataset, Option<Normality>)> {
    let dataset = open_pictures(source, &args.reading, &args.file, model)?;
    let normality = Normality::named(&dataset.classes, &args.normal_class, &args.strange_class);
    Ok((dataset, normality.with_context(|| source.to_owned())?))
}
