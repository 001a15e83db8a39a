//! `dim novelty`: what is unlike normal images, learned and judged as a device does.

mod classes;
mod compare;
mod judge;
mod learn;
mod page;
mod verdicts;

use std::process::ExitCode;

use anyhow::Context;
use dim_model_format::Model;

use super::input::{read, unusable};
use super::output::print_json;
use crate::arguments::NoveltyArgs;

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
