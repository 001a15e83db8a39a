//! `dim evaluate`: how good a trained encoder's representations are; and of a `.dim` file, how often its largest output is
//! the image's class.

use std::process::ExitCode;

use anyhow::{Context, ensure};
use dim_host::representation::encode_all;
use dim_model_format::Model;
use serde::Serialize;

use super::input::{open_pictures, read, unusable};
use super::learning;
use super::output::print_json;
use crate::arguments::EvaluateArgs;

/// Keys and meanings are stable: scripts parse them.
#[derive(Debug, Serialize)]
struct Classification {
    dataset: String,
    encoder: String,
    identity: String,
    classes: usize,
    test_images: usize,
    correct: usize,
    /// 0 to 1.
    accuracy: f64,
}

pub(super) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    if args.run.is_file() { classify(args) } else { learning::evaluate(args) }
}

/// Compares the largest output for each test image with its class; of equal outputs, the first counts.
fn classify(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    let path = &args.run;
    let file = read(path)?;
    let model = Model::parse(&file).with_context(|| unusable(path))?;
    let data = args.data.as_ref().with_context(|| format!("{}: --data says what to evaluate it on", path.display()))?;
    ensure!(args.limit.is_none(), "--limit is for run folders: a .dim file is not trained on");
    let dataset = open_pictures(data, path, &model)?;
    let (images, labels) = match &dataset.test.labels {
        Some(labels) if !labels.is_empty() => (&dataset.test, labels),
        _ => anyhow::bail!("{data}: has no test images with classes"),
    };
    let best = encode_all(&model, images, |output| {
        let scores = output.embedding().values;
        let largest = scores.iter().max().copied();
        (scores.len(), scores.iter().position(|score| Some(*score) == largest))
    })?;
    let outputs = best.first().map_or(0, |(outputs, _)| *outputs);
    let classes = labels.iter().max().map_or(0, |largest| usize::from(*largest) + 1);
    ensure!(
        classes <= outputs,
        "{} has {outputs} outputs, {data} {classes} classes: the outputs are no scores of these classes",
        path.display()
    );
    let correct = best.iter().zip(labels).filter(|((_, best), label)| *best == Some(usize::from(**label))).count();
    let classification = Classification {
        dataset: dataset.name.clone(),
        encoder: model.about().name.to_owned(),
        identity: model.identity().to_string(),
        classes,
        test_images: labels.len(),
        correct,
        accuracy: correct as f64 / labels.len() as f64,
    };
    if args.json {
        print_json(&classification)?;
    } else {
        let Classification { encoder, identity, dataset, test_images, accuracy, .. } = &classification;
        println!("{encoder} ({identity}) as a classifier: its outputs are scores of {classes} classes");
        println!("  {:.2} % of the {test_images} test images of {dataset} ({correct} images)", accuracy * 100.0);
    }
    Ok(ExitCode::SUCCESS)
}
